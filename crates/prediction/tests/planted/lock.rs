//! The supportive-use lock: no way in the code from a chance to anything but figures of many people and offers of help.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut files = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    assert!(files.len() > 5, "only {} files in {folder}", files.len());
    files.into_iter().map(|path| (path.display().to_string(), fs::read_to_string(path).expect("UTF-8"))).collect()
}

/// A source without its tests, comments and help texts.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]").unwrap_or(text.len());
    text[..end].lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Whoever adds a way to read chances has to come by here: what gives them is seen inside this crate only.
#[test]
fn what_gives_chances_is_not_public() {
    let mut looked_at = 0;
    for (name, text) in sources("src") {
        let code = code(&text);
        for line in code.lines().filter(|line| line.trim_start().starts_with("pub fn ")) {
            let gives = ["fn chance", "fn log_odds", "fn contributions", "fn score", "fn values", "fn risk", "fn rank"];
            let locked = line.contains("-> Chances") || line.contains("-> &Chances");
            let of_rows = name.contains("/model/") && line.contains("rows: &[usize]") && line.contains("f64");
            let opens = of_rows || gives.iter().any(|own| line.contains(own));
            assert!(locked || !opens, "{name} gives chances to the outside: {line}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 20, "only {looked_at} public functions");
}

/// The type itself can be neither printed nor written nor taken apart (see its documentation tests), and has no other trait.
#[test]
fn chances_have_no_way_out() {
    let (_, text) = sources("src").into_iter().find(|(name, _)| name.ends_with("chances.rs")).expect("chances.rs");
    let code = code(&text);
    assert!(code.contains("#[derive(Clone, PartialEq)]\npub struct Chances(Vec<f64>);"), "{code}");
    assert!(!code.contains("impl ") || code.matches("impl ").count() == 1, "a trait opens it: {code}");
    let public: Vec<&str> = code.lines().filter(|line| line.trim_start().starts_with("pub fn")).collect();
    assert_eq!(public.len(), 2, "{public:?}");
    let (_, text) = sources("src").into_iter().find(|(name, _)| name.ends_with("estimates.rs")).expect("estimates.rs");
    let code = self::code(&text);
    let mut pairs = code.lines().zip(code.lines().skip(1));
    assert!(!pairs.any(|(above, line)| line.contains("pub struct Estimates") && above.contains("derive")), "{code}");
    let open = code.lines().filter(|line| line.trim_start().starts_with("pub ") && !line.contains("struct"));
    assert_eq!(open.collect::<Vec<_>>(), ["    pub fn chances(&self) -> &Chances {"]);
}

/// The command line hands chances from the model to the audit and names them nowhere else; it cannot print what it cannot read,
/// and has no word for what they must not be used for.
#[test]
fn the_command_line_has_no_word_for_a_harmful_use() {
    for (name, text) in sources("../cli/src/commands/predict") {
        let code = code(&text).to_lowercase();
        for word in ["overbook", "double-book", "double_book", "discharge", "deprioritise", "lower priority", "penalt"]
        {
            assert!(!code.contains(word), "{name}: {word}");
        }
        if !name.ends_with("audit.rs") {
            assert!(!code.contains(".chances(") && !code.contains(".estimates("), "{name} asks for chances");
        }
        assert!(!code.contains("log_odds"), "{name} knows log-odds");
    }
}
