//! The documents say what the program says.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_reference_of_methods_is_current() {
    let current = read("docs/reference/methods.md") == evenly_stats::reference_markdown();
    assert!(current, "docs/reference/methods.md is not current: type `make generated`");
}

#[test]
fn the_description_of_the_programming_interface_is_current() {
    let current = read("docs/reference/openapi.json") == evenly_web::openapi();
    assert!(current, "docs/reference/openapi.json is not current: type `make generated`");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut documents = vec!["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/decisions/README.md"];
    documents.extend(["docs/tutorials/first-report.md", "data/SOURCES.md"]);
    documents.extend(["docs/how-to/count-a-fhir-export.md", "docs/how-to/count-staff.md", "docs/how-to/serve.md"]);
    documents.extend(["docs/assurance/README.md", "docs/assurance/safety-case.md"]);
    let mut followed = 0;
    for name in documents {
        let folder = root().join(name).parent().expect("a folder").to_owned();
        for link in read(name).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.starts_with("http") && !link.starts_with('#') {
                let target = link.split('#').next().expect("a path");
                assert!(folder.join(target).exists(), "{name} links to {target}, which is not there");
                followed += 1;
            }
        }
    }
    assert!(followed > 15, "only {followed} links found");
}

#[test]
fn every_command_of_the_readme_is_a_command() {
    let readme = read("README.md");
    for command in ["analyse", "check", "measure", "profile", "serve"] {
        assert!(readme.contains(&format!("evenly {command}")), "README.md does not show evenly {command}");
    }
    for target in ["demo:", "test:", "check:", "bench:", "bench-web:", "docs:"] {
        assert!(read("Makefile").lines().any(|line| line.starts_with(target)), "the Makefile has no target {target}");
    }
}
