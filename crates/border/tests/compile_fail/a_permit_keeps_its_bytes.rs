use border::Permit;
use bytes::Bytes;

fn other_bytes(permit: &mut Permit) {
    permit.message.body = Bytes::from_static(b"not what was judged");
}

fn main() {
    let _ = other_bytes;
}
