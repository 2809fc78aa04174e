//! The SVG writer: elements with rounded coordinates and escaped text.

use std::fmt::Write as _;

use super::Caption;

/// An SVG drawing being written.
pub struct Svg {
    body: String,
    width: f64,
    height: f64,
}

/// Where a text's given point lies in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// At its start.
    Start,
    /// In its middle.
    Middle,
    /// At its end.
    End,
}

impl Svg {
    /// An empty drawing.
    pub fn new(width: f64, height: f64) -> Self {
        Self { body: String::new(), width, height }
    }

    /// A straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), attributes: &str) {
        let (x1, y1, x2, y2) = (n(from.0), n(from.1), n(to.0), n(to.1));
        let _ = write!(self.body, r#"<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" {attributes}/>"#);
    }

    /// A rectangle.
    pub fn rect(&mut self, at: (f64, f64), size: (f64, f64), attributes: &str) {
        let (x, y, width, height) = (n(at.0), n(at.1), n(size.0.max(0.0)), n(size.1.max(0.0)));
        let _ = write!(self.body, r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" {attributes}/>"#);
    }

    /// A line through points; gaps where a point is missing. A point alone between gaps is left to its marker.
    pub fn path(&mut self, points: &[Option<(f64, f64)>], attributes: &str) {
        let mut d = String::new();
        for run in points.split(Option::is_none) {
            for (place, point) in run.iter().flatten().enumerate() {
                let _ = write!(d, "{}{} {}", if place == 0 { 'M' } else { 'L' }, n(point.0), n(point.1));
            }
        }
        if !d.is_empty() {
            let _ = write!(self.body, r#"<path d="{d}" fill="none" {attributes}/>"#);
        }
    }

    /// The area between two lines, one area for each run without a gap: points are x, lower y, upper y.
    pub fn band(&mut self, points: &[Option<(f64, f64, f64)>], attributes: &str) {
        for run in points.split(Option::is_none) {
            let run: Vec<(f64, f64, f64)> = run.iter().copied().flatten().collect();
            if run.len() < 2 {
                continue;
            }
            let mut d = String::new();
            for (place, (x, lower, _)) in run.iter().enumerate() {
                let _ = write!(d, "{}{} {}", if place == 0 { 'M' } else { 'L' }, n(*x), n(*lower));
            }
            for (x, _, upper) in run.iter().rev() {
                let _ = write!(d, "L{} {}", n(*x), n(*upper));
            }
            let _ = write!(self.body, r#"<path d="{d}Z" {attributes}/>"#);
        }
    }

    /// A shape from ready path data.
    pub fn shape(&mut self, d: &str, attributes: &str) {
        let _ = write!(self.body, r#"<path d="{d}" {attributes}/>"#);
    }

    /// A circle.
    pub fn circle(&mut self, at: (f64, f64), radius: f64, attributes: &str) {
        let (x, y, r) = (n(at.0), n(at.1), n(radius));
        let _ = write!(self.body, r#"<circle cx="{x}" cy="{y}" r="{r}" {attributes}/>"#);
    }

    /// Text.
    pub fn text(&mut self, at: (f64, f64), anchor: Anchor, class: &str, text: &str) {
        let (x, y) = (n(at.0), n(at.1));
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        };
        let _ = write!(self.body, r#"<text x="{x}" y="{y}" class="{class}"{anchor}>{}</text>"#, escape(text));
    }

    /// Text with a white edge, to be read over lines.
    pub fn halo_text(&mut self, at: (f64, f64), anchor: Anchor, class: &str, text: &str) {
        self.text(at, anchor, &format!("{class} halo"), text);
    }

    /// The finished drawing as an image with a title and a description.
    pub fn finish(self, caption: &Caption, class: &str) -> String {
        let Caption { id, title, description } = caption;
        let (width, height) = (n(self.width), n(self.height));
        format!(
            r#"<svg class="{class}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-t {id}-d" focusable="false"><title id="{id}-t">{}</title><desc id="{id}-d">{}</desc>{}</svg>"#,
            escape(title),
            escape(description),
            self.body
        )
    }
}

/// A drawing that stands by itself, outside a page: with its namespace and the page's rules for charts.
pub fn standalone(svg: &str) -> String {
    let rules: String =
        crate::documents::html::STYLE.split_inclusive('}').filter(|rule| rule.starts_with(".chart ")).collect();
    let named = svg.replacen("<svg ", r#"<svg xmlns="http://www.w3.org/2000/svg" "#, 1);
    named.replacen('>', &format!("><style>{rules}</style>"), 1)
}

/// A coordinate with one decimal, `0` for whatever is not a number.
pub fn n(number: f64) -> String {
    if !number.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{number:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text made safe inside elements and attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Control characters are not allowed in XML.
            control if control.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

/// About how wide a text is, in user units at a font size: system sans-serif letters average a little over half an em.
pub fn text_width(text: &str, size: f64) -> f64 {
    let units: f64 = text
        .chars()
        .map(|letter| match letter {
            'i' | 'l' | 'I' | 'j' | 't' | 'f' | '.' | ',' | '\'' | ' ' | '(' | ')' => 0.32,
            'm' | 'w' | 'M' | 'W' | '%' => 0.88,
            'A'..='Z' => 0.68,
            _ => 0.56,
        })
        .sum();
    units * size
}

/// A text broken into lines no wider than a width; the last line is cut with "…" where there are too many.
pub fn wrap(text: &str, size: f64, width: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or("", String::as_str);
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if line.is_empty() || text_width(&longer, size) <= width {
            if let Some(last) = lines.last_mut() {
                *last = longer;
            }
        } else {
            lines.push(word.to_owned());
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    for line in &mut lines {
        while text_width(line, size) > width && line.chars().count() > 2 {
            line.pop();
            line.pop();
            line.push('…');
        }
    }
    lines
}
