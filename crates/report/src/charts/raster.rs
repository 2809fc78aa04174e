//! A chart as PNG, for whatever takes no drawing: black on white, twice the size of the page, in the fonts of the PDF.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

use super::standalone;
use crate::DocumentError;
use crate::fonts::{FAMILY, FONTS};

/// Pixels for each CSS pixel of the chart.
const SCALE: f32 = 2.0;

static BOOK: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut book = Database::new();
    for font in FONTS {
        book.load_font_data(font.to_vec());
    }
    book.set_sans_serif_family(FAMILY);
    Arc::new(book)
});

/// Draws a chart's SVG into pixels.
pub fn png(svg: &str) -> Result<Vec<u8>, DocumentError> {
    let failed = |reason: String| DocumentError::Picture { reason };
    let options = Options { fontdb: BOOK.clone(), font_family: FAMILY.to_owned(), ..Options::default() };
    let tree = Tree::from_str(&standalone(svg), &options).map_err(|error| failed(error.to_string()))?;
    let size = tree.size().to_int_size().scale_by(SCALE).ok_or_else(|| failed("it has no size".to_owned()))?;
    let mut picture =
        Pixmap::new(size.width(), size.height()).ok_or_else(|| failed("it is too large to be drawn".to_owned()))?;
    picture.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut picture.as_mut());
    picture.encode_png().map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::{Caption, Drawing, Scale, Size};

    fn picture(label: &str) -> Pixmap {
        let row = crate::charts::Interval {
            label: label.to_owned(),
            look: crate::charts::Look { colour: "#003087".to_owned(), marker: 0, dash: "", hollow: false },
            value: Some(evenly_stats::Estimate { value: 0.1, lower: 0.08, upper: 0.12 }),
            text: "10.0 %".to_owned(),
        };
        let scale = Scale { factor: 100.0, suffix: " %", low: 0.0, high: 0.2 };
        let caption = Caption { id: "c".to_owned(), title: "T".to_owned(), description: "D".to_owned() };
        let svg = Drawing { rows: vec![row], whole: Some(0.1), scale }.svg(&caption, Size::Wide);
        Pixmap::decode_png(&png(&svg).expect("a picture")).expect("a PNG")
    }

    #[test]
    fn a_chart_is_drawn_twice_its_size_on_white_with_its_letters() {
        let drawn = picture("Most deprived");
        assert_eq!(drawn.width(), 1520);
        assert_eq!(drawn.pixel(0, 0).map(|own| (own.red(), own.alpha())), Some((255, 255)));
        // Without its font the label would leave no mark: with another label, other pixels are dark.
        let dark = |own: &Pixmap| own.pixels().iter().map(|own| own.red() < 90).collect::<Vec<bool>>();
        assert_ne!(dark(&drawn), dark(&picture("Least deprived")));
        assert!(png("no drawing").is_err());
    }
}
