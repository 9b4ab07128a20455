//! A key management service as its clients see it: a digest goes in, a signature is awaited.
//!
//! Here it is a task that owns a P-256 key and answers over a channel. A client of a cloud's KMS has
//! the same shape.

use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{Signature, SigningKey};
use tokio::sync::{mpsc, oneshot};

/// A digest to sign, and where the DER of the signature goes.
type Order = (Vec<u8>, oneshot::Sender<Vec<u8>>);

/// A handle on the service; clones ask the same key.
#[derive(Clone)]
pub(crate) struct Kms(mpsc::Sender<Order>);

impl Kms {
    /// Starts the service, to which the key belongs from now on.
    pub(crate) fn start(key: SigningKey) -> Self {
        let (orders, mut inbox) = mpsc::channel::<Order>(64);
        tokio::spawn(async move {
            while let Some((digest, answer)) = inbox.recv().await {
                let signed: Result<Signature, _> = key.sign_prehash(&digest);
                if let Ok(signature) = signed {
                    // Nobody waits for the answer any more: nothing to do.
                    let _ = answer.send(signature.to_der().as_bytes().to_vec());
                }
            }
        });
        Self(orders)
    }

    /// The ECDSA signature over a digest, in DER; `None` if the service is gone or refuses.
    pub(crate) async fn sign(&self, digest: &[u8]) -> Option<Vec<u8>> {
        let (answer, reply) = oneshot::channel();
        self.0.send((digest.to_vec(), answer)).await.ok()?;
        reply.await.ok()
    }
}
