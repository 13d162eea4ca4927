#!/bin/sh
# Makes native/fixtures/certificates.h anew: a root, an intermediate, and an RSA and an ECDSA leaf signed by it.
# They are test material, published with their keys; valid for 100 years so that no measurement ever expires.
set -eu
out=$(cd "$(dirname "$0")/.." && pwd)/native/fixtures/certificates.h
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
ec() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }
issue() { # issue NAME SUBJECT CA EXTENSIONS
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  printf '%s\n' "$4" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA "$3.crt" -CAkey "$3.key" -CAcreateserial -days 36500 -sha256 -extfile "$1.ext" -out "$1.crt"
}
ec root.key; ec intermediate.key; ec ecdsa.key
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key
openssl req -x509 -new -key root.key -subj '/O=dupmark fixture/CN=root' -days 36500 -sha256 -out root.crt
issue intermediate '/O=dupmark fixture/CN=intermediate' root 'basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign'
for kind in rsa ecdsa; do
  issue "$kind" "/O=dupmark fixture/CN=$kind.example" intermediate "basicConstraints=CA:FALSE
keyUsage=digitalSignature
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=DNS:$kind.example"
done
{
  echo '// Test certificates and keys; made by scripts/make-certificates.sh, never by hand.'
  echo '#pragma once'
  echo
  echo 'namespace dupmark::fixtures {'
  for name in root intermediate rsa ecdsa; do
    printf '\ninline constexpr char k%sCertificate[] = R"(%s\n)";\n' "$(printf '%s' "$name" | sed 's/^./\U&/')" "$(cat "$name.crt")"
  done
  for name in rsa ecdsa; do
    printf '\ninline constexpr char k%sKey[] = R"(%s\n)";\n' "$(printf '%s' "$name" | sed 's/^./\U&/')" "$(cat "$name.key")"
  done
  echo
  echo '}  // namespace dupmark::fixtures'
} > "$out"
