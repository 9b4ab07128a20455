//! A CA whose key never leaves its device.
//!
//! The device of this example is a thread that owns a P-256 key and answers over a channel, as a
//! PKCS#11 module or a smart card would: it takes digests and gives signatures, and who asks waits.
//! Where the signature is awaited, no thread need wait: see `kms_signer.rs`.

use certwright::{
    CertificateAuthority, CreateRequest, CsrRequest, HashFunction, Policy, SignRequest,
    SignatureAlgorithm, Signer, SignerError, create, generate_csr, inspect, rand_core::UnwrapErr,
    sign,
};
use getrandom::SysRng;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::{DecodePrivateKey, EncodePublicKey};
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::SystemTime;

/// A digest to sign, and where the DER signature goes.
type Order = (Vec<u8>, Sender<Vec<u8>>);

struct Device {
    orders: Mutex<Sender<Order>>,
    public_key: Vec<u8>,
}

impl Device {
    fn plug_in(key: SigningKey) -> Result<Self, SignerError> {
        let public_key = key
            .verifying_key()
            .to_public_key_der()
            .map_err(|error| SignerError::new(error.to_string()))?
            .into_vec();
        let (orders, inbox) = channel::<Order>();
        thread::spawn(move || {
            for (digest, answer) in inbox {
                let signed: Result<Signature, _> = key.sign_prehash(&digest);
                if let Ok(signature) = signed {
                    // Nobody waits for the answer any more: nothing to do.
                    let _ = answer.send(signature.to_der().as_bytes().to_vec());
                }
            }
        });
        Ok(Self {
            orders: Mutex::new(orders),
            public_key,
        })
    }
}

impl Signer for Device {
    fn public_key(&self) -> Vec<u8> {
        self.public_key.clone()
    }

    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let SignatureAlgorithm::Ecdsa(hash) = algorithm else {
            return Err(SignerError::new("the device has an EC key"));
        };
        if hash != HashFunction::Sha256 {
            return Err(SignerError::new("the device signs sha256 digests only"));
        }
        let (answer, reply) = channel();
        let orders = self
            .orders
            .lock()
            .map_err(|_| SignerError::new("the device's queue broke"))?;
        orders
            .send((hash.digest(message).to_vec(), answer))
            .map_err(|_| SignerError::new("the device is unplugged"))?;
        reply
            .recv()
            .map_err(|_| SignerError::new("the device did not answer"))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let policy = Policy::at(SystemTime::now());
    let mut rng = UnwrapErr(SysRng);

    // Once, at a ceremony: a root CA, whose key goes into the device and nowhere else.
    let root = create(
        &CreateRequest::root_ca("HSM Root CA").with_algorithm("ec"),
        &policy,
        &mut rng,
    )?;
    let device = Device::plug_in(SigningKey::from_pkcs8_pem(root.private_key.as_str())?)?;

    let ca = CertificateAuthority::with_signer(&root.public_certificate, device, &policy)?;
    let request = CsrRequest::new("CN=server.example.com").with_algorithm("ec");
    let server = generate_csr(&request, &policy, &mut rng)?;
    let order = SignRequest::new(&*server.csr).with_expiry("P90D");
    let signed = sign(&ca, &order, &policy, &mut rng)?;
    let info = inspect(&signed.public_certificate)?;
    println!("{} was signed by {} in the device", info.subject, info.ca);

    // What the device refuses reaches the caller as the cause.
    let refused = sign(&ca, &order.with_hash_function("sha384"), &policy, &mut rng);
    match refused {
        Ok(_) => Err("the device signed what it should not".into()),
        Err(error) => {
            let cause = std::error::Error::source(&error).ok_or("no cause")?;
            println!("{error}: {cause}");
            Ok(())
        }
    }
}
