use border::Judged;

fn swap(judged: &mut Judged, milder: &Judged) {
    judged.assessed = milder.assessed.clone();
}

fn main() {
    let _ = swap;
}
