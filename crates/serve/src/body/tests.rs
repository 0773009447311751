use std::sync::{Arc, Weak};

use bytes::Bytes;
use futures_util::stream;
use http_body::Body as _;
use http_body_util::BodyExt;

use super::{Body, BoxError, ClientGone};

async fn text(body: Body) -> Result<String, BoxError> {
    Ok(String::from_utf8(body.collect().await?.to_bytes().to_vec())?)
}

#[tokio::test]
async fn bodies_of_each_kind_give_their_bytes() {
    assert_eq!(text(Body::empty()).await.unwrap(), "");
    assert_eq!(text("a".into()).await.unwrap(), "a");
    let pieces = ["a", "b"].map(|piece| Ok::<_, BoxError>(Bytes::from_static(piece.as_bytes())));
    assert_eq!(text(Body::stream(stream::iter(pieces))).await.unwrap(), "ab");
    let (sender, body) = Body::channel(2);
    sender.send("a".into()).await.unwrap();
    sender.send("b".into()).await.unwrap();
    drop(sender);
    assert_eq!(text(body).await.unwrap(), "ab");
}

#[test]
fn a_body_in_one_piece_says_its_length() {
    assert_eq!(Body::from("abc").size_hint().exact(), Some(3));
    assert!(Body::empty().is_end_stream());
    assert_eq!(Body::channel(1).1.size_hint().exact(), None);
}

#[tokio::test]
async fn a_failed_sender_fails_the_body() {
    let (sender, body) = Body::channel(2);
    sender.send("a".into()).await.unwrap();
    sender.fail("the engine stopped").await;
    assert_eq!(text(body).await.unwrap_err().to_string(), "the engine stopped");
}

#[tokio::test]
async fn a_sender_learns_that_the_client_is_gone() {
    let (sender, body) = Body::channel(1);
    assert!(!sender.is_closed());
    drop(body);
    sender.closed().await;
    assert_eq!(sender.send("a".into()).await, Err(ClientGone));
}

#[tokio::test]
async fn held_state_is_dropped_at_the_end_of_the_body() {
    let (one, two) = (Arc::new(()), Arc::new(()));
    let alive: [Weak<()>; 2] = [Arc::downgrade(&one), Arc::downgrade(&two)];
    let mut body = Body::from("a").holding(one).holding(two);
    body.frame().await.unwrap().unwrap();
    assert_eq!(alive.each_ref().map(Weak::strong_count), [1, 1]);
    assert!(body.frame().await.is_none());
    assert_eq!(alive.each_ref().map(Weak::strong_count), [0, 0]);
}

#[test]
fn held_state_is_dropped_with_an_unread_body() {
    let state = Arc::new(());
    let alive = Arc::downgrade(&state);
    drop(Body::from("a").holding(state));
    assert_eq!(alive.strong_count(), 0);
}
