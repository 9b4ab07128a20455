//! Connections whose other end does nothing, and would be there for ever.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// A stream that fails when nothing of what is written is read at the other end for some time.
pub(super) struct Written<S> {
    stream: S,
    limit: Duration,
    /// While something cannot be written.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S> Written<S> {
    pub(super) fn new(stream: S, limit: Duration) -> Self {
        Self {
            stream,
            limit,
            stalled: None,
        }
    }

    fn bounded<T>(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stalled = None;
            return outcome;
        }
        let limit = self.limit;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(limit)));
        stalled
            .as_mut()
            .poll(context)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Written<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        read: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, read)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Written<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, data);
        self.bounded(context, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, data);
        self.bounded(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_flush(context);
        self.bounded(context, outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_shutdown(context);
        self.bounded(context, outcome)
    }
}

/// How long a connection may be on which answers wait to be taken, and none is.
const TAKEN: Duration = Duration::from_mins(5);

/// The requests of a connection of HTTP/2, where who asks nothing, or takes no answer, can go on for ever
/// with what is about the connection alone.
#[derive(Clone)]
pub(super) struct Streams(Arc<Mutex<State>>);

struct State {
    open: usize,
    /// When one was opened or ended last.
    changed: Instant,
}

/// One that is open, as long as it lives.
pub(super) struct Stream(Streams);

impl Streams {
    pub(super) fn new() -> Self {
        let changed = Instant::now();
        Self(Arc::new(Mutex::new(State { open: 0, changed })))
    }

    pub(super) fn open(&self) -> Stream {
        self.change(|open| open + 1);
        Stream(self.clone())
    }

    /// Waits until there has been no request for this time, or none was asked nor answered for long.
    pub(super) async fn idle(&self, limit: Duration) {
        loop {
            let end = {
                let state = self.lock();
                state.changed + if state.open == 0 { limit } else { TAKEN }
            };
            let now = Instant::now();
            if end <= now {
                return;
            }
            // It may end meanwhile.
            sleep_until(end.min(now + limit)).await;
        }
    }

    fn change(&self, to: impl FnOnce(usize) -> usize) {
        let mut state = self.lock();
        state.open = to(state.open);
        state.changed = Instant::now();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.0.change(|open| open - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    fn run(test: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(test);
    }

    #[test]
    fn what_is_not_read_ends_the_stream() {
        run(async {
            let (near, mut far) = duplex(10);
            let mut near = Written::new(near, Duration::from_millis(200));
            near.write_all(&[1; 10]).await.unwrap();
            // Somebody who reads a little now and then is not cut off.
            let reading = async {
                for _ in 0..5 {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    far.read_exact(&mut [0; 10]).await.unwrap();
                }
            };
            let (written, ()) = tokio::join!(near.write_all(&[2; 50]), reading);
            written.unwrap();
            let error = near.write_all(&[3; 50]).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        });
    }

    #[test]
    fn idle_is_who_asks_nothing() {
        run(async {
            let streams = Streams::new();
            let limit = Duration::from_millis(100);
            let stream = streams.open();
            let soon = tokio::time::timeout(limit * 3, streams.idle(limit)).await;
            assert!(soon.is_err(), "a request is open");
            // From when it ends on.
            let ending = async {
                tokio::time::sleep(limit).await;
                drop(stream);
                Instant::now()
            };
            let ((), ended) = tokio::join!(streams.idle(limit), ending);
            assert!((limit..limit * 20).contains(&ended.elapsed()));
            // One whose answer nobody takes.
            let _stream = streams.open();
            streams.lock().changed -= TAKEN;
            streams.idle(limit).await;
        });
    }
}
