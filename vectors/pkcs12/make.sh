#!/usr/bin/env bash
# Makes the files of this folder from the test keys above it, with the tools whose files people have:
# OpenSSL 3, Java's keytool, GnuTLS's certtool, NSS's pk12util, Python's cryptography. A file that is
# there is kept: each tool draws salts of its own.
#
#     vectors/pkcs12/make.sh
set -euo pipefail
cd "$(dirname "$0")"
PASSWORD=certwright
key=../server.key leaf=../server.pem root=../root.pem

# make NAME COMMAND...: the command writes `new`.
make() {
  local name=$1
  shift
  [ -e "$name" ] && return
  "$@"
  mv new "$name"
}

export_p12() {
  openssl pkcs12 -export -inkey $key -in $leaf -certfile $root -out new -passout "pass:$PASSWORD" "$@"
}

make openssl.p12 export_p12
make legacy.p12 export_p12 -legacy
make sha1-3des.p12 export_p12 -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1
make sha1-mac.p12 export_p12 -macalg sha1
make sha1-2des.p12 export_p12 -legacy -keypbe PBE-SHA1-2DES -certpbe PBE-SHA1-RC2-128
make aes128.p12 export_p12 -keypbe AES-128-CBC -certpbe AES-128-CBC -macalg sha384
make aes192.p12 export_p12 -keypbe AES-192-CBC -certpbe AES-192-CBC -macalg sha512
make des3.p12 export_p12 -keypbe DES-EDE3-CBC -certpbe DES-EDE3-CBC -macalg sha224
make clear-certificates.p12 export_p12 -certpbe NONE
make clear.p12 export_p12 -certpbe NONE -keypbe NONE
make no-mac.p12 export_p12 -nomac
make iterations.p12 export_p12 -iter 100000
PASSWORD='' make empty.p12 export_p12
PASSWORD='' make empty-legacy.p12 export_p12 -legacy
PASSWORD='päss→😀' make utf8.p12 export_p12
PASSWORD='päss→😀' make utf8-legacy.p12 export_p12 -legacy
make key.p12 openssl pkcs12 -export -nocerts -inkey $key -out new -passout pass:$PASSWORD
make certificates.p12 openssl pkcs12 -export -nokeys -in $leaf -certfile $root -out new -passout pass:$PASSWORD
make bomb.p12 export_p12 -iter 1400000

from_keytool() {
  keytool -importkeystore -srckeystore openssl.p12 -srcstoretype PKCS12 -srcstorepass $PASSWORD \
    -destkeystore new -deststoretype PKCS12 -deststorepass $PASSWORD -noprompt "$@" 2>/dev/null
}
make keytool.p12 from_keytool
make keytool-legacy.p12 from_keytool -J-Dkeystore.pkcs12.legacy
make truststore.p12 keytool -importcert -file $root -alias root -keystore new -storetype PKCS12 \
  -storepass $PASSWORD -noprompt

from_certtool() {
  certtool --to-p12 --load-privkey $key --load-certificate $leaf --load-ca-certificate $root \
    --p12-name test --password $PASSWORD --outder --outfile new "$@" 2>/dev/null
}
make certtool.p12 from_certtool
make certtool-3des.p12 from_certtool --pkcs-cipher 3des-pkcs12

from_nss() {
  local db
  db=$(mktemp -d)
  certutil -N -d "sql:$db" --empty-password
  pk12util -i openssl.p12 -d "sql:$db" -W $PASSWORD >/dev/null
  pk12util -o new -n "$(certutil -L -d "sql:$db" | sed -n 's/ *u,u,u *$//p')" -d "sql:$db" -W $PASSWORD "$@" >/dev/null
  rm -r "$db"
}
make nss.p12 from_nss
make nss-legacy.p12 from_nss -c "PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC" -C "PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC"

from_python() {
  python3 - $key $leaf $root $PASSWORD "$1" <<'PY'
import sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization as s
from cryptography.hazmat.primitives.serialization import pkcs12
key, leaf, root = (open(name, "rb").read() for name in sys.argv[1:4])
how = s.BestAvailableEncryption(sys.argv[4].encode())
if sys.argv[5] == "legacy":
    how = (s.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(5000)
           .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
           .hmac_hash(hashes.SHA1()).build(sys.argv[4].encode()))
file = pkcs12.serialize_key_and_certificates(
    "näme".encode(), s.load_pem_private_key(key, None), x509.load_pem_x509_certificate(leaf),
    [x509.load_pem_x509_certificate(root)], how)
open("new", "wb").write(file)
PY
}
make python.p12 from_python best
make python-legacy.p12 from_python legacy

# PBMAC1 (RFC 9579) is put together here, since OpenSSL 3.0 does not write it: the file without
# authentication gets one. After PRF and length of the key: the HMAC, if it is another hash function's;
# what is wrong with it, as appendix A of the RFC has its invalid files.
from_pbmac1() {
  python3 - no-mac.p12 $PASSWORD "$1" "$2" "${3:-$1}" "${4:-}" <<'PY'
import hashlib, hmac, sys
def tlv(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    length = bytes([n]) if n < 128 else (lambda b: bytes([128 + len(b)]) + b)(n.to_bytes((n.bit_length() + 7) // 8, "big"))
    return bytes([tag]) + length + body
def oid(text):
    a, b, *rest = map(int, text.split("."))
    out = bytes([40 * a + b])
    for arc in rest:
        digits = [arc & 127]
        while arc := arc >> 7:
            digits.append(arc & 127 | 128)
        out += bytes(reversed(digits))
    return tlv(6, out)
def read(der):
    n, at = der[1], 2
    if n & 128:
        at += n & 127
        n = int.from_bytes(der[2:at], "big")
    return der[:at], der[at:at + n], der[at + n:]
number = lambda n: tlv(2, n.to_bytes(n.bit_length() // 8 + 1, "big"))
file, password, prf, length = open(sys.argv[1], "rb").read(), sys.argv[2].encode(), sys.argv[3], int(sys.argv[4])
auth, fault = sys.argv[5:]
_, body, _ = read(file)
version, info = body[:3], body[3:]
_, inner, _ = read(info)
_, _, outer = read(inner)
content = read(read(outer)[1])[1]
hmacs = {"sha256": "1.2.840.113549.2.9", "sha512": "1.2.840.113549.2.11"}
scheme = lambda name: tlv(0x30, oid(hmacs[name]), tlv(5))
salt = bytes(range(16))
told = tlv(4, salt[:-1] + b"x" if fault == "salt" else salt), number(2049 if fault == "iterations" else 2048)
told_length = b"" if fault == "no-length" else number(length)
kdf = tlv(0x30, oid("1.2.840.113549.1.5.12"), tlv(0x30, *told, told_length, scheme(prf)))
algorithm = tlv(0x30, oid("1.2.840.113549.1.5.14"), tlv(0x30, kdf, scheme(auth)))
key = hashlib.pbkdf2_hmac(prf, password, salt, 2048, length)
tag = hmac.new(key, content, auth).digest()
# Salt and iterations beside it mean nothing, RFC 9579 section 4.
mac = tlv(0x30, tlv(0x30, algorithm, tlv(4, tag)), tlv(4, b"NOT USED"), number(1))
open("new", "wb").write(tlv(0x30, version, info, mac))
PY
}
make pbmac1.p12 from_pbmac1 sha256 32
make pbmac1-sha512.p12 from_pbmac1 sha512 64
make pbmac1-short.p12 from_pbmac1 sha256 8
make pbmac1-mixed.p12 from_pbmac1 sha512 32 sha256
make pbmac1-iterations.p12 from_pbmac1 sha256 32 sha256 iterations
make pbmac1-salt.p12 from_pbmac1 sha256 32 sha256 salt
make pbmac1-no-length.p12 from_pbmac1 sha256 32 sha256 no-length

encrypt() {
  openssl pkcs8 -topk8 -in $key -out new -passout "pass:$PASSWORD" "$@"
}
make aes256.key encrypt
make aes128-sha512.key encrypt -v2 aes-128-cbc -v2prf hmacWithSHA512
make sha1-prf.key encrypt -v2 aes-256-cbc -v2prf hmacWithSHA1
make des3.key encrypt -v2 des3
make scrypt.key encrypt -scrypt
make pbe-3des.key encrypt -v1 PBE-SHA1-3DES
make pbe-md5.key encrypt -v1 PBE-MD5-DES -provider legacy -provider default
make traditional.key openssl rsa -in $key -aes256 -traditional -out new -passout pass:$PASSWORD
make bundle.p7b openssl crl2pkcs7 -nocrl -certfile $leaf -certfile $root -outform der -out new
make bundle.p7b.pem openssl crl2pkcs7 -nocrl -certfile $leaf -certfile $root -out new
make no-certificate.p7b openssl crl2pkcs7 -in ../crl-root.pem -outform der -out new

# The same file and bundle as BER: each constructed element of indefinite length, each string of more than
# 100 octets in pieces.
to_ber() {
  python3 - "$1" <<'PY'
import sys
def walk(der):
    out = b""
    while der:
        tag, n, at = der[0], der[1], 2
        if n & 128:
            at += n & 127
            n = int.from_bytes(der[2:at], "big")
        value, der = der[at:at + n], der[at + n:]
        if tag & 0x20:
            out += bytes([tag, 0x80]) + walk(value) + b"\0\0"
        elif tag in (0x04, 0x80) and n > 100:
            pieces = (value[i:i + 100] for i in range(0, n, 100))
            out += bytes([tag | 0x20, 0x80]) + b"".join(bytes([4, len(p)]) + p for p in pieces) + b"\0\0"
        else:
            length = bytes([n]) if n < 128 else b"\x84" + n.to_bytes(4, "big")
            out += bytes([tag]) + length + value
    return out
open("new", "wb").write(walk(open(sys.argv[1], "rb").read()))
PY
}
make ber.p12 to_ber openssl.p12
make bundle-ber.p7b to_ber bundle.p7b
