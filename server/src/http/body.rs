//! The bodies of requests, whole and bounded.

use bytes::Buf as _;
use certwright::{Error, ErrorCode};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use std::time::Duration;
use zeroize::Zeroize as _;

/// What the service takes at most; it refuses one octet more itself.
const MOST: usize = 4 << 20;

/// Why there is no body.
pub(super) enum BodyError {
    /// A refusal that the client should see.
    Refused(Error),
    /// The client went away, or sent what is no body.
    Broken,
}

/// Reads a body, within `time`.
pub(super) async fn read(body: Incoming, time: Duration) -> Result<Vec<u8>, BodyError> {
    if body.size_hint().lower() > MOST as u64 {
        return Err(BodyError::Refused(too_large()));
    }
    let read = tokio::time::timeout(time, collect(body)).await;
    read.unwrap_or_else(|_| {
        let message = "the body of the request did not arrive in time";
        let error = Error::new(ErrorCode::RequestInvalid, message).with_http_status(408);
        Err(BodyError::Refused(error))
    })
}

async fn collect(mut body: Incoming) -> Result<Vec<u8>, BodyError> {
    let expected = usize::try_from(body.size_hint().exact().unwrap_or(0)).unwrap_or(0);
    let mut read = Vec::with_capacity(expected.min(MOST));
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            read.zeroize();
            return Err(BodyError::Broken);
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if read.len() + data.remaining() > MOST {
            read.zeroize();
            return Err(BodyError::Refused(too_large()));
        }
        append(&mut read, data.chunk());
    }
    Ok(read)
}

/// As `extend_from_slice`, but what is moved to a larger place is wiped where it was: a body may have a
/// private key.
fn append(read: &mut Vec<u8>, data: &[u8]) {
    let needed = read.len() + data.len();
    if needed > read.capacity() {
        let mut larger = Vec::with_capacity(needed.max(2 * read.capacity()));
        larger.extend_from_slice(read);
        read.zeroize();
        *read = larger;
    }
    read.extend_from_slice(data);
}

fn too_large() -> Error {
    let message = format!("the request has more than {MOST} octets");
    Error::new(ErrorCode::OutOfMemory, message).with_http_status(413)
}
