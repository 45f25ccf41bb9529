//! The recorded decisions of two invented members about the invented material, as data: who reads them knows the words.
//!
//! Each step finds what it decides on by file and words, so that the decisions hold whatever ids a new archive has. They are
//! the demonstration's only; nothing in them is an answer that analysis may look at.

/// Steps in TOML, in order; the format is that of the desk's `replay`.
pub const DECISIONS: &str = include_str!("decisions.toml");

#[cfg(test)]
mod tests {
    #[test]
    fn every_step_names_a_file_of_the_folder() {
        let recorded: toml::Table = super::DECISIONS.parse().expect("valid TOML");
        let files: Vec<String> = crate::files().into_iter().map(|file| file.path).collect();
        let steps = recorded["step"].as_array().expect("a list");
        assert!(steps.len() > 30);
        for step in steps {
            for key in ["file", "from", "to"] {
                if let Some(file) = step.get(key).and_then(toml::Value::as_str) {
                    assert!(files.iter().any(|f| f == file), "{file}");
                }
            }
        }
    }
}
