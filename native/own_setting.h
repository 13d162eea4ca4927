/*
 * A setting of your own, in C, beside those of dupmark's catalogue: docs/library.md. The file is compiled by dupmark itself and
 * must not be linked with OpenSSL: every function of OpenSSL is asked for by name, and so comes from the target.
 */
#ifndef DUPMARK_OWN_SETTING_H
#define DUPMARK_OWN_SETTING_H

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

/* Raised when this file changes in a way that a compiled setting notices. */
#define DUPMARK_OWN_SETTING_ABI 1

struct dupmark_own_setting {
  int abi; /* DUPMARK_OWN_SETTING_ABI */
  /* Lower-case letters, digits and hyphens; not a name of the catalogue. */
  const char* id;
  /* What a program calls, as its manual names it. */
  const char* call;
  /* What a user meets on a duplicate that has lost it, in one line. */
  const char* if_lost;
  /* Sets it on a handle; 1 is success. Timed: allocate nothing of your own in it. */
  int (*apply)(SSL* ssl);
  /* Looks whether a handle has it: 1 yes, 0 no, below 0 not to be seen. May use the handle up. */
  int (*shows)(SSL* ssl);
  /* Before any handle is made, gives the SSL_CTX what the setting cannot do without; 1 is success. May be NULL. */
  int (*context)(SSL_CTX* ctx);
  /* Gives a handle another value, to see whether a duplicate's original changes with it; 1 is success. May be NULL. */
  int (*change)(SSL* ssl);
};

/* Gives a function of the target by its name, or NULL when it has none. */
typedef void* (*dupmark_find)(const char* name);

/* What the file must define: NULL says that this version of OpenSSL cannot have the setting. */
__attribute__((visibility("default"))) const struct dupmark_own_setting* dupmark_setting(dupmark_find find);

#endif
