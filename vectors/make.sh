#!/usr/bin/env bash
# Makes every file of this folder anew with the OpenSSL command line (3.0 or newer).
# The keys are test keys: they protect nothing and must never be used for anything else.
set -euo pipefail
cd "$(dirname "$0")"
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

quiet() { "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }; }

# key NAME ALGORITHM: a private key in PKCS#8. ALGORITHM is rsa:BITS, ec:CURVE or another's name.
key() {
  case $2 in
    rsa:*) quiet openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:${2#rsa:}" -out "$1" ;;
    ec:*) quiet openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:${2#ec:}" -pkeyopt ec_param_enc:named_curve -out "$1" ;;
    *) quiet openssl genpkey -algorithm "$2" -out "$1" ;;
  esac
}

# issue CERT CSR CA_CERT CA_KEY START END DIGEST EXTENSIONS: a certificate with exact dates.
# CA_CERT "self" makes a self-signed one with CA_KEY.
issue() {
  local cert=$1 csr=$2 ca=$3 ca_key=$4 start=$5 end=$6 digest=$7 extensions=$8
  local db="$work/db.$RANDOM$RANDOM"
  mkdir "$db"
  : >"$db/index"
  cat >"$db/conf" <<CONF
[ca]
default_ca = this
[this]
database = $db/index
new_certs_dir = $db
rand_serial = yes
default_md = $digest
policy = any
unique_subject = no
preserve = yes
email_in_dn = yes
x509_extensions = ext
[any]
countryName = optional
organizationName = optional
commonName = optional
[ext]
$extensions
CONF
  local self=(-cert "$ca")
  [ "$ca" = self ] && self=(-selfsign)
  quiet openssl ca -batch -notext -utf8 -config "$db/conf" "${self[@]}" -keyfile "$ca_key" -in "$csr" \
    -startdate "$start" -enddate "$end" -out "$cert"
}

# csr NAME KEY SUBJECT [openssl req arguments...]
csr() {
  local out=$1 key=$2 subject=$3
  shift 3
  quiet openssl req -new -utf8 -key "$key" -subj "$subject" -out "$out" "$@"
}

ca_ext='basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash'
leaf_ext='basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:server.example.com'
start=20250101000000Z
end=20450101000000Z

# The root that most tests sign with, and a server certificate below it.
key root.key rsa:2048
csr "$work/root.csr" root.key "/CN=certwright test root"
issue root.pem "$work/root.csr" self root.key $start $end sha256 "$ca_ext"
quiet openssl pkey -in root.key -pubout -outform DER -out root.spki.der
key server.key rsa:2048
csr server.csr server.key "/CN=server.example.com" -addext "subjectAltName=DNS:server.example.com"
issue server.pem server.csr root.pem root.key $start $end sha256 "$leaf_ext"

# CAs of every key type that can sign; root.pem is the RSA 2048 one.
for kind in rsa3072=rsa:3072 rsa4096=rsa:4096 p256=ec:P-256 p384=ec:P-384 p521=ec:P-521; do
  name=ca-${kind%%=*}
  key "$name.key" "${kind#*=}"
  csr "$work/ca.csr" "$name.key" "/C=US/O=certwright/CN=certwright test $name"
  issue "$name.pem" "$work/ca.csr" self "$name.key" $start $end sha256 "$ca_ext"
done
quiet openssl rsa -in root.key -traditional -out root.pkcs1.key
quiet openssl ec -in ca-p256.key -out ca-p256.sec1.key
quiet openssl pkcs8 -topk8 -in root.key -passout pass:test -out root.encrypted.key

# CAs that must not sign.
csr "$work/ca.csr" root.key "/CN=not a CA"
issue ca-false.pem "$work/ca.csr" self root.key $start $end sha256 "${ca_ext/CA:TRUE/CA:FALSE}"
csr "$work/ca.csr" root.key "/CN=no keyCertSign"
issue ca-no-cert-sign.pem "$work/ca.csr" self root.key $start $end sha256 "${ca_ext/keyCertSign, /}"
csr "$work/ca.csr" root.key "/CN=path length 0"
issue ca-pathlen0.pem "$work/ca.csr" self root.key $start $end sha256 "${ca_ext/CA:TRUE/CA:TRUE, pathlen:0}"
csr "$work/ca.csr" root.key "/"
issue ca-empty-subject.pem "$work/ca.csr" self root.key $start $end sha256 "$ca_ext"
key ca-rsa1024.key rsa:1024
csr "$work/ca.csr" ca-rsa1024.key "/CN=RSA 1024 CA"
issue ca-rsa1024.pem "$work/ca.csr" self ca-rsa1024.key $start $end sha256 "$ca_ext"
quiet openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3 -out ca-e3.key
csr "$work/ca.csr" ca-e3.key "/CN=RSA e=3 CA"
issue ca-e3.pem "$work/ca.csr" self ca-e3.key $start $end sha256 "$ca_ext"
# An RSA key of three primes (RFC 8017 section 3.2): it may sign.
quiet openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3 -out ca-three-primes.key
csr "$work/ca.csr" ca-three-primes.key "/CN=RSA CA of three primes"
issue ca-three-primes.pem "$work/ca.csr" self ca-three-primes.key $start $end sha256 "$ca_ext"

# Certificates for match, inspect and the FIPS check.
key rsa1024.key rsa:1024
csr "$work/leaf.csr" rsa1024.key "/CN=weak.example.com"
issue rsa1024.pem "$work/leaf.csr" root.pem root.key $start $end sha256 "$leaf_ext"
# Shorter than what is installed.
key rsa512.key rsa:512
quiet openssl pkey -in rsa512.key -pubout -outform DER -out rsa512.spki.der
issue sha1.pem server.csr root.pem root.key $start $end sha1 "$leaf_ext"
issue md5.pem server.csr root.pem root.key $start $end md5 "$leaf_ext"
issue expired.pem server.csr root.pem root.key $start 20250601000000Z sha256 "$leaf_ext"
issue future.pem server.csr root.pem root.key 20400101000000Z $end sha256 "$leaf_ext"
key ed25519.key ED25519
csr "$work/leaf.csr" ed25519.key "/CN=ed25519.example.com"
issue ed25519.pem "$work/leaf.csr" root.pem root.key $start $end sha256 "$leaf_ext"
# A certificate that is signed with PSS with the default length of the salt.
quiet openssl req -x509 -new -key server.key -out pss-salt20.pem -subj "/CN=pss20.example.com" -days 7300 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20
key p224.key ec:P-224
csr "$work/leaf.csr" p224.key "/CN=p224.example.com"
issue p224.pem "$work/leaf.csr" root.pem root.key $start $end sha256 "$leaf_ext"
key secp256k1.key ec:secp256k1
csr "$work/leaf.csr" secp256k1.key "/CN=secp256k1.example.com"
issue secp256k1.pem "$work/leaf.csr" root.pem root.key $start $end sha256 "$leaf_ext"
quiet openssl dsaparam -out "$work/dsa.param" 2048
quiet openssl gendsa -out dsa.key "$work/dsa.param"
csr csr-dsa.pem dsa.key "/CN=dsa.example.com"

# Signing requests: every key type, then every shape.
for kind in rsa3072=rsa:3072 rsa4096=rsa:4096 p256=ec:P-256 p384=ec:P-384 p521=ec:P-521; do
  name=csr-${kind%%=*}
  key "$name.key" "${kind#*=}"
  csr "$name.pem" "$name.key" "/C=US/O=NTAP/CN=${kind%%=*}.example.com"
done
k=server.key
csr csr-sans.pem $k "/CN=sans.example.com" -addext \
  "subjectAltName=DNS:sans.example.com,DNS:*.sans.example.com,email:admin@example.com,IP:10.225.34.223,IP:2001:db8::1,URI:https://example.com/a?b=c"
for curve in p256=sha256 p384=sha384; do
  name=${curve%%=*}
  csr "csr-$name-san.pem" "csr-$name.key" "/C=US/O=NTAP/CN=$name.example.com" \
    -addext "subjectAltName=DNS:$name.example.com" "-${curve#*=}"
done
csr csr-usages.pem $k "/CN=usages.example.com" -addext "keyUsage=critical,nonRepudiation,keyEncipherment" \
  -addext "extendedKeyUsage=clientAuth,codeSigning,emailProtection"
csr csr-ca.pem $k "/CN=ca.example.com" -addext "basicConstraints=critical,CA:TRUE" \
  -addext "keyUsage=critical,keyCertSign,cRLSign,digitalSignature"
csr csr-only-ca-usages.pem $k "/CN=ca.example.com" -addext "keyUsage=critical,keyCertSign,cRLSign" \
  -addext "extendedKeyUsage=OCSPSigning,anyExtendedKeyUsage"
csr csr-plain.pem $k "/CN=plain.example.com"
csr csr-no-dns-name.pem $k "/CN=Some Person"
csr csr-empty-subject.pem $k "/" -addext "subjectAltName=DNS:only-san.example.com"
csr csr-nothing.pem $k "/"
csr csr-no-cn-san.pem $k "/O=NTAP" -addext "subjectAltName=DNS:only-san.example.com"
csr csr-no-cn.pem $k "/O=NTAP"
csr csr-long-cn.pem $k "/CN=$(printf 'a%.0s' {1..64})"
csr csr-utf8.pem $k "/C=DE/O=Müller & Söhne/CN=Jürgen"
csr csr-same-cn.pem $k "/CN=CERTWRIGHT  Test  Root"
csr csr-multi-cn.pem $k "/CN=certwright test root/CN=last.example.com"
csr csr-other-name.pem $k "/CN=other.example.com" -addext "subjectAltName=otherName:1.3.6.1.4.1.311.20.2.3;UTF8:admin@example.com"
csr csr-bad-dns.pem $k "/CN=bad.example.com" -addext "subjectAltName=DNS:under_score.example.com"
csr csr-constraints.pem $k "/CN=extra.example.com" -addext "nameConstraints=critical,permitted;DNS:evil.example" \
  -addext "certificatePolicies=1.2.3.4" -addext "noCheck=ignored"
quiet openssl req -new -key $k -out csr-sha1.pem -subj "/CN=sha1.example.com" -sha1
quiet openssl req -new -key $k -out csr-md5.pem -subj "/CN=md5.example.com" -md5
quiet openssl req -new -key $k -out csr-pss.pem -subj "/CN=pss.example.com" -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
# The default length of the salt, which is absent in the DER, and the longest, which is more than one octet can tell.
quiet openssl req -new -key $k -out csr-pss-salt20.pem -subj "/CN=pss20.example.com" -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20
quiet openssl req -new -key csr-rsa4096.key -out csr-pss-salt-max.pem -subj "/CN=pss-max.example.com" -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:max
# Good signatures with algorithms that are not offered.
quiet openssl req -new -key $k -out csr-sha3.pem -subj "/CN=sha3.example.com" -sha3-256
quiet openssl req -new -key $k -out csr-pss-mgf1.pem -subj "/CN=mgf1.example.com" -sha512 -sigopt rsa_padding_mode:pss -sigopt rsa_mgf1_md:sha256
csr csr-rsa1024.pem rsa1024.key "/CN=weak.example.com"
csr csr-ed25519.pem ed25519.key "/CN=ed25519.example.com"
csr csr-secp256k1.pem secp256k1.key "/CN=secp256k1.example.com"

# Shapes that need a configuration file of `openssl req`.
cat >"$work/challenge.conf" <<'CONF'
[req]
prompt = no
distinguished_name = dn
attributes = attrs
req_extensions = ext
[dn]
CN = challenge.example.com
[attrs]
challengePassword = opensesame
unstructuredName = some device
[ext]
subjectAltName = DNS:challenge.example.com
CONF
quiet openssl req -new -key $k -config "$work/challenge.conf" -out csr-challenge.pem
cat >"$work/bmp.conf" <<'CONF'
[req]
prompt = no
utf8 = yes
string_mask = pkix
distinguished_name = dn
[dn]
O = Grüße
CN = Žižka 東京
CONF
quiet openssl req -new -key $k -config "$work/bmp.conf" -out csr-bmp.pem
openssl asn1parse -in csr-bmp.pem | grep -q BMPSTRING

# A request whose signature is not good: one bit of the signature flipped.
python3 - <<'PY'
import base64, re
body = "".join(re.findall(r"^[^-].*$", open("csr-plain.pem").read(), re.M))
der = bytearray(base64.b64decode(body))
der[-1] ^= 1
lines = re.findall(".{1,64}", base64.b64encode(der).decode())
open("csr-bad-signature.pem", "w").write(
    "-----BEGIN CERTIFICATE REQUEST-----\n" + "\n".join(lines) + "\n-----END CERTIFICATE REQUEST-----\n")
PY
chmod 644 -- *.key

# The root's revocation list: the server's certificate, and another that is on hold.
mkdir "$work/crl"
server=$(openssl x509 -in server.pem -noout -serial | cut -d= -f2)
printf 'R\t450101000000Z\t250601000000Z,keyCompromise\t%s\tunknown\t/CN=server\n' "$server" >"$work/crl/index"
printf 'R\t450101000000Z\t250701000000Z,certificateHold\t0102\tunknown\t/CN=other\n' >>"$work/crl/index"
printf '2A' >"$work/crl/number"
cat >"$work/crl/conf" <<CONF
[ca]
default_ca = this
[this]
database = $work/crl/index
crlnumber = $work/crl/number
crl_extensions = ext
default_md = sha256
[ext]
authorityKeyIdentifier = keyid
CONF
quiet openssl ca -config "$work/crl/conf" -gencrl -cert root.pem -keyfile root.key \
  -crl_lastupdate 20250801000000Z -crl_nextupdate 20450101000000Z -out crl-root.pem

# What people paste in place of a certificate, a request or a key.
reading/make.sh
