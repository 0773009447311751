use border::Permit;

fn two(permit: &Permit) -> Permit {
    permit.clone()
}

fn taken(permit: &Permit) -> Permit {
    *permit
}

fn main() {
    let _ = (two, taken);
}
