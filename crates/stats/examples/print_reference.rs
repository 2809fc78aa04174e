fn main() {
    print!("{}", evenly_stats::reference_markdown());
}
