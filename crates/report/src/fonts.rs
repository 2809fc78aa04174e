//! The fonts of documents that carry their own.

/// What they are called.
pub const FAMILY: &str = "Liberation Sans";

/// Liberation Sans: the widths of Arial, for which the charts are laid out; its licence lies beside it.
pub const FONTS: [&[u8]; 2] = [
    include_bytes!("../assets/fonts/LiberationSans-Regular.ttf"),
    include_bytes!("../assets/fonts/LiberationSans-Bold.ttf"),
];
