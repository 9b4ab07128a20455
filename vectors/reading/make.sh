#!/usr/bin/env bash
# Makes every file of this folder anew: what people paste where a certificate, a signing request or a
# private key should be. Called by ../make.sh; works on the files that it made. OpenSSL, ssh-keygen and
# python3 are needed.
set -euo pipefail
cd "$(dirname "$0")"
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

quiet() { "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }; }

# Bundles of other formats.
quiet openssl crl2pkcs7 -nocrl -certfile ../server.pem -certfile ../root.pem -out pkcs7.pem
sed 's/PKCS7/CERTIFICATE/' pkcs7.pem >pkcs7-labelled-certificate.pem
sed 's/PKCS7/CMS/' pkcs7.pem >pkcs7-labelled-cms.pem
sed 's/PKCS7/PKCS #7 SIGNED DATA/' pkcs7.pem >pkcs7-labelled-in-full.pem
quiet openssl cms -encrypt -aes128 -in ../root.pem -outform PEM -out cms-encrypted.pem ../server.pem
quiet openssl pkcs12 -export -in ../server.pem -inkey ../server.key -passout pass: -out "$work/p12"
openssl base64 -in "$work/p12" -out pkcs12.b64
quiet openssl crl2pkcs7 -nocrl -certfile ../server.pem -outform DER -out "$work/p7b"
openssl base64 -in "$work/p7b" -out pkcs7.b64
quiet openssl x509 -in ../server.pem -outform DER -out certificate.der
openssl base64 -in certificate.der -out certificate-der.b64
openssl base64 -A -in ../server.pem -out certificate-pem.b64
openssl base64 -in ../csr-plain.pem -out request-pem.b64
openssl base64 -in ../csr-p256.key -out key-pem.b64
quiet openssl x509 -in ../server.pem -trustout -out trusted.pem
quiet openssl x509 -in ../server.pem -noout -text -out certificate.txt
iconv -f UTF-8 -t UTF-16 ../csr-p256.pem >request.utf16
iconv -f UTF-8 -t UTF-16BE ../csr-p256.pem >request.utf16be

# Keys in other containers, and their public halves.
cp ../csr-p256.key "$work/ssh-ec"
cp ../server.key "$work/ssh-rsa"
chmod 600 "$work"/ssh-*
quiet ssh-keygen -p -N '' -f "$work/ssh-ec"
quiet ssh-keygen -p -N '' -f "$work/ssh-rsa"
cp "$work/ssh-ec" key-openssh-ec.pem
cp "$work/ssh-rsa" key-openssh-rsa.pem
ssh-keygen -y -f "$work/ssh-ec" >public-ssh.txt
quiet openssl pkey -in ../csr-p256.key -pubout -out public.pem
quiet openssl rsa -in ../server.key -RSAPublicKey_out -out public-pkcs1.pem
quiet openssl rsa -in ../server.key -traditional -aes128 -passout pass:test -out key-encrypted-pkcs1.pem
quiet openssl pkcs8 -topk8 -in ../csr-p256.key -passout pass:test -out key-encrypted.pem
sed 's/ENCRYPTED //' key-encrypted.pem >key-encrypted-labelled-plain.pem

# Keys that are not supported.
quiet openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out key-pss.pem
quiet openssl ecparam -name prime256v1 -param_enc explicit -genkey -noout -out key-explicit-sec1.pem
quiet openssl pkcs8 -topk8 -nocrypt -in key-explicit-sec1.pem -out key-explicit-pkcs8.pem
quiet openssl req -new -key key-explicit-pkcs8.pem -subj /CN=explicit.example.com -out request-explicit.pem
quiet openssl req -new -key key-pss.pem -subj /CN=pss.example.com -out request-pss-key.pem
for name in X25519 X448 ED448; do
  quiet openssl genpkey -algorithm $name -out "key-${name,,}.pem"
done
for curve in brainpoolP256r1 secp256k1 secp224r1 prime192v1; do
  quiet openssl ecparam -name $curve -genkey -noout -out "key-$curve-sec1.pem"
  quiet openssl pkcs8 -topk8 -nocrypt -in "key-$curve-sec1.pem" -out "key-$curve-pkcs8.pem"
done
quiet openssl dsa -in ../dsa.key -out "$work/dsa"
quiet openssl pkey -in ../dsa.key -traditional -out key-dsa-traditional.pem

# Points in their compressed form.
quiet openssl ec -in ../csr-p256.key -conv_form compressed -out "$work/ec"
quiet openssl req -new -key "$work/ec" -subj /CN=compressed.example.com -out request-compressed-p256.pem
quiet openssl ec -in ../csr-p521.key -conv_form compressed -out "$work/ec"
quiet openssl req -new -key "$work/ec" -subj /CN=compressed.example.com -out request-compressed-p521.pem

# Object identifiers with arcs of 128 bits (X.667).
quiet openssl req -new -key ../csr-p256.key -subj /CN=uuid.example.com -out request-uuid-usage.pem \
  -addext "extendedKeyUsage=serverAuth,2.25.329800735698586629295641978511506172918"

cat >"$work/odd.py" <<'PY'
import base64, re, subprocess, sys

def der(path):
    body = "".join(re.findall(r"^[A-Za-z0-9+/=]+$", open(path).read(), re.M))
    return base64.b64decode(body)

def write(path, label, content):
    lines = re.findall(".{1,64}", base64.b64encode(content).decode())
    open(path, "w").write(f"-----BEGIN {label}-----\n" + "\n".join(lines) + f"\n-----END {label}-----\n")

def tlv(tag, content):
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content

def children(content):
    found, at = [], 0
    while at < len(content):
        start, at = at, at + 2
        length = content[start + 1]
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(content[at:at + count], "big")
            at += count
        found.append((content[start], content[at:at + length], content[start:at + length]))
        at += length
    return found

def inside(whole):
    return children(whole)[0][1]

# OneAsymmetricKey of version 2 without a public key, and of version 1 with one.
rsa = children(inside(der("../server.key")))
write("key-v2-without-public.pem", "PRIVATE KEY", tlv(0x30, tlv(2, b"\1") + rsa[1][2] + rsa[2][2]))
ec = children(inside(der("../csr-p256.key")))
inner = children(inside(ec[2][1]))
scalar, public = inner[1][1], inner[2][1]
ec_key = tlv(0x30, inner[0][2] + inner[1][2])
write("key-v1-with-public.pem", "PRIVATE KEY",
      tlv(0x30, tlv(2, b"\0") + ec[1][2] + tlv(4, ec_key) + tlv(0x81, inside(inner[2][2])[2:])))
write("key-with-attributes.pem", "PRIVATE KEY",
      tlv(0x30, b"".join(part[2] for part in ec[:3]) + tlv(0xA0, b"")))
# Scalars of other lengths than the order of their curve.
curve = children(ec[1][1])[1][2]
def sec1(number):
    return tlv(0x30, tlv(2, b"\1") + tlv(4, number) + tlv(0xA0, curve) + tlv(0xA1, public))
write("key-scalar-33.pem", "EC PRIVATE KEY", sec1(b"\0" + scalar))
write("key-scalar-40.pem", "EC PRIVATE KEY", sec1(b"\0" * 8 + scalar))
p521 = children(inside(der("../csr-p521.key")))
p521_inner = children(inside(p521[2][1]))
short = p521_inner[1][1].lstrip(b"\0")
write("key-scalar-p521-short.pem", "PRIVATE KEY",
      tlv(0x30, p521[0][2] + p521[1][2] + tlv(4, tlv(0x30, tlv(2, b"\1") + tlv(4, short)))))
write("key-scalar-too-large.pem", "EC PRIVATE KEY", sec1(b"\1" + scalar))
# Labels that are those of other formats.
pkcs1, sec1_key = rsa[2][1], der("../ca-p256.sec1.key")
write("key-pkcs8-labelled-rsa.pem", "RSA PRIVATE KEY", der("../server.key"))
write("key-pkcs8-labelled-ec.pem", "EC PRIVATE KEY", der("../csr-p256.key"))
write("key-pkcs1-labelled-pkcs8.pem", "PRIVATE KEY", pkcs1)
write("key-pkcs1-labelled-ec.pem", "EC PRIVATE KEY", pkcs1)
write("key-sec1-labelled-pkcs8.pem", "PRIVATE KEY", sec1_key)

def sign(info, algorithm, key):
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=info,
                               capture_output=True, check=True).stdout
    return tlv(0x30, info + algorithm + tlv(3, b"\0" + signature))

rsa_oid = tlv(6, bytes.fromhex("2a864886f70d010101"))
sha256_rsa = tlv(0x30, tlv(6, bytes.fromhex("2a864886f70d01010b")) + tlv(5, b""))

def without_null(spki):
    return tlv(0x30, tlv(0x30, rsa_oid) + children(inside(spki))[1][2])

# A request and a CA whose RSA keys lack the NULL.
info = children(inside(children(inside(der("../csr-plain.pem")))[0][2]))
write("request-without-null.pem", "CERTIFICATE REQUEST",
      sign(tlv(0x30, info[0][2] + info[1][2] + without_null(info[2][2]) + info[3][2]), sha256_rsa,
           "../server.key"))
tbs = children(inside(children(inside(der("../root.pem")))[0][2]))
tbs[6] = (0x30, b"", without_null(tbs[6][2]))
write("ca-without-null.pem", "CERTIFICATE",
      sign(tlv(0x30, b"".join(part[2] for part in tbs)), sha256_rsa, "../root.key"))
# ECDSA with parameters: NULL, and the curve.
info = children(inside(der("../csr-p256.pem")))[0][2]
ecdsa = tlv(6, bytes.fromhex("2a8648ce3d040302"))
for name, parameters in [("null", tlv(5, b"")), ("curve", curve)]:
    write(f"request-ecdsa-{name}.pem", "CERTIFICATE REQUEST",
          sign(info, tlv(0x30, ecdsa + parameters), "../csr-p256.key"))
# Octets behind the DER, and DER that is cut off.
for name, path, label in [("certificate", "../server.pem", "CERTIFICATE"),
                          ("request", "../csr-p256.pem", "CERTIFICATE REQUEST"),
                          ("key", "../csr-p256.key", "PRIVATE KEY")]:
    write(f"{name}-one-behind.pem", label, der(path) + b"\0")
    write(f"{name}-five-behind.pem", label, der(path) + b"\r\n\r\n\0")
    write(f"{name}-cut-off.pem", label, der(path)[:-7])
# Names that are not what they seem: a request whose subject and names hide characters.
name = tlv(0x30, tlv(0x31, tlv(0x30, tlv(6, b"\x55\4\3") + tlv(12, "a\u202egpj\u200b\n".encode()))))
san = tlv(0x30, tlv(0x82, b"a\nb\x1b[2J.example") + tlv(0x86, b"http://a\r\nb") + tlv(0x81, b"a\x7f@b.example"))
extension = tlv(0x30, tlv(6, b"\x55\x1d\x11") + tlv(4, san))
attributes = tlv(0xA0, tlv(0x30, tlv(6, bytes.fromhex("2a864886f70d01090e")) + tlv(0x31, tlv(0x30, extension))))
info = children(inside(children(inside(der("../csr-p256.pem")))[0][2]))
write("request-hidden-characters.pem", "CERTIFICATE REQUEST",
      sign(tlv(0x30, info[0][2] + name + info[2][2] + attributes), tlv(0x30, ecdsa), "../csr-p256.key"))
tbs = children(inside(children(inside(der("../ca-p256.pem")))[0][2]))
parts = [part[2] for part in tbs]
parts[3] = parts[5] = name
parts[7] = tlv(0xA3, tlv(0x30, extension))
write("certificate-hidden-characters.pem", "CERTIFICATE",
      sign(tlv(0x30, b"".join(parts)), tlv(0x30, ecdsa), "../ca-p256.key"))
PY
python3 "$work/odd.py"
chmod 644 -- *
chmod 755 make.sh
