use border::Permit;
use bytes::Bytes;

fn other_bytes(permit: &mut Permit) {
    permit.bytes = Bytes::from_static(b"not what was judged");
}

fn main() {
    let _ = other_bytes;
}
