/*
 * How much early data a server takes, as a setting of one's own: SSL_set_max_early_data(3), from OpenSSL 1.1.1 on.
 *
 *   DUPMARK_OWN_SETTINGS=examples/own-setting/max-early-data.c \
 *     npx dupmark bench --operation new-configure,dup --settings own-max-early-data --targets system
 */
#include <stddef.h>
#include <stdint.h>

#include "own_setting.h"

static int (*set_max_early_data)(SSL*, uint32_t);
static uint32_t (*get_max_early_data)(const SSL*);

static int apply(SSL* ssl) { return set_max_early_data(ssl, 4096); }

static int shows(SSL* ssl) { return get_max_early_data(ssl) == 4096; }

static int change(SSL* ssl) { return set_max_early_data(ssl, 1024); }

static const struct dupmark_own_setting setting = {
    .abi = DUPMARK_OWN_SETTING_ABI,
    .id = "own-max-early-data",
    .call = "SSL_set_max_early_data",
    .if_lost = "the server takes another amount of early data",
    .apply = apply,
    .shows = shows,
    .change = change,
};

const struct dupmark_own_setting* dupmark_setting(dupmark_find find) {
  *(void**)&set_max_early_data = find("SSL_set_max_early_data");
  *(void**)&get_max_early_data = find("SSL_get_max_early_data");
  return set_max_early_data == NULL || get_max_early_data == NULL ? NULL : &setting;
}
