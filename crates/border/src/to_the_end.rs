//! A future that is not given up half-way.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

/// Runs a future where it is awaited, which costs no task, and moves it to a task of its own only if it is dropped before its
/// end.
pub(crate) struct ToTheEnd<T: Send + 'static> {
    future: Option<Pin<Box<dyn Future<Output = T> + Send>>>,
}

impl<T: Send + 'static> ToTheEnd<T> {
    pub(crate) fn new(future: impl Future<Output = T> + Send + 'static) -> ToTheEnd<T> {
        ToTheEnd { future: Some(Box::pin(future)) }
    }
}

impl<T: Send + 'static> Future for ToTheEnd<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let Some(future) = &mut self.future else { return Poll::Pending };
        let polled = future.as_mut().poll(context);
        if polled.is_ready() {
            self.future = None;
        }
        polled
    }
}

impl<T: Send + 'static> Drop for ToTheEnd<T> {
    fn drop(&mut self) {
        // Without a runtime the process is ending, and recovery finds what was left open.
        if let (Some(future), Ok(runtime)) = (self.future.take(), Handle::try_current()) {
            drop(runtime.spawn(future));
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tokio::sync::oneshot;

    use super::ToTheEnd;

    #[tokio::test]
    async fn what_is_dropped_half_way_still_ends() {
        let (go, wait) = oneshot::channel::<()>();
        let (done, ended) = oneshot::channel();
        let mut future = ToTheEnd::new(async move {
            wait.await.unwrap();
            done.send("ended").unwrap();
        });
        assert_eq!((&mut future).now_or_never(), None);
        drop(future);
        go.send(()).unwrap();
        assert_eq!(ended.await, Ok("ended"));
    }

    #[tokio::test]
    async fn what_is_awaited_gives_its_value() {
        assert_eq!(ToTheEnd::new(async { 7 }).await, 7);
    }
}
