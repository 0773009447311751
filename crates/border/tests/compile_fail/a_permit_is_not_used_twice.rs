use border::{Door, Permit};

async fn twice<D: Door>(door: &D, permit: Permit) {
    door.open(permit).await;
    door.open(permit).await;
}

fn spend_and_open<D: Door>(door: &D, permit: Permit) {
    drop(permit.spend());
    drop(door.open(permit));
}

fn main() {}
