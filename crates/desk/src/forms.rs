//! Empty forms for accounts, as files: DOCX for word processors, TOML for editors.
//!
//! What is filled in is read when it is collected (`collect::accounts`). Deliberately nothing is stored here, and no form asks what the
//! readers of forms do not know.

pub use witnessmark_analyze::sheets::form::template::Tongue;

/// The form as DOCX.
pub fn docx(tongue: Tongue) -> Vec<u8> {
    witnessmark_analyze::sheets::form::template::blank(tongue)
}

/// The form as TOML, with a remark to every line.
pub fn toml(tongue: Tongue) -> String {
    let say = |en: &'static str, ar: &'static str| if tongue == Tongue::Arabic { ar } else { en };
    format!(
        "# {}\n\n[account]\npseudonym = \"\"\ninterviewer = \"\"\n# interpreter = \"\"\n# date = 2031-04-12\nlanguage = \"{}\"\n# {}\n# first_hand = true\n\n\
         # {}\n[[statement]]\nquestion = \"\"\"\n\"\"\"\ntext = \"\"\"\n\"\"\"\n# first_hand = true\n\n\
         # {}\n[consent]\n# \"internal\", \"court\", \"un_body\", \"publish_anonymised\", \"publish_named\"\npurposes = []\n# expires = \"2036-04-12\"\n# conditions = \"\"\n\n\
         # {}\n[identity]\nname = \"\"\ncontact = \"\"\n",
        say("Fill in, collect, then delete this file here.", "املأ الملف وأدخِله إلى الأرشيف ثم احذفه من هنا."),
        say("en", "ar"),
        say("Did the person see it themselves?", "هل شاهد الشخص ذلك بنفسه؟"),
        say("One such part for each question; copy it.", "قسم كهذا لكل سؤال؛ انسخه."),
        say("What the person agrees to, of these:", "ما يوافق عليه الشخص من هذه:"),
        say("Who the person is; sealed under a key of its own.", "هوية الشخص؛ تُختم بمفتاح خاص."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_form_in_toml_reads_as_an_account_that_says_nothing_yet() {
        for tongue in [Tongue::English, Tongue::Arabic] {
            let rows = witnessmark_analyze::sheets::account::read(toml(tongue).as_bytes());
            let account = rows.iter().find(|row| row.kind == "account").unwrap_or_else(|| panic!("{rows:?}"));
            assert_eq!(account.body["identity"], true);
            assert!(rows.iter().any(|row| row.body.get("what").is_some_and(|what| what == "no_consent")), "{rows:?}");
        }
    }
}
