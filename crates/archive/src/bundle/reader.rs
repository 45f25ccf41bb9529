//! What a dossier says to whoever opens it: the page that checks it in a browser, and `README.txt`.
//!
//! The page is one file that loads nothing: its only script and its only style are named by their SHA-256 in a content
//! security policy that forbids everything else. It is the same in every dossier of a version of this program.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as B64;
use sha2::{Digest as _, Sha256};
use witnessmark_model::vocabulary::Tier;

use super::files::{self, Statement};
use super::{NOT_COUNTERSIGNED, NOT_COUNTERSIGNED_AR};

const FRAME: &str = include_str!("../../reader/index.html");
const STYLE: &str = include_str!("../../reader/reader.css");
/// In order: hashing and the zip, the checks, the words, the page.
const SCRIPTS: &[&str] = &[
    include_str!("../../reader/bytes.js"),
    include_str!("../../reader/verify.js"),
    include_str!("../../reader/words.js"),
    include_str!("../../reader/reader.js"),
];

/// The reader page, whole.
pub fn page() -> String {
    let script = SCRIPTS.concat();
    let sum = |text: &str| format!("'sha256-{}'", B64.encode(Sha256::digest(text)));
    let policy = format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        sum(&script),
        sum(STYLE)
    );
    FRAME.replace("{{policy}}", &policy).replace("{{style}}", STYLE).replace("{{script}}", &script)
}

/// `README.txt`: what this is, and how to check it with nothing but a shell, or with the program.
pub fn readme(statement: &Statement, countersigned: bool) -> String {
    let mut text = String::new();
    let mut line = |words: &str| {
        text.push_str(words);
        text.push('\n');
    };
    line(&statement.title);
    line(&"=".repeat(statement.title.chars().count().clamp(3, 100)));
    line("");
    if let Some(watermark) = &statement.watermark {
        line(watermark);
        line("");
    }
    line(&format!("A {} made with Witnessmark, for readers at tier \"{}\".", statement.kind, statement.tier));
    line(&format!("Ledger: {}", statement.origin));
    line("");
    statement.notes.iter().for_each(|note| line(&note.en));
    if !countersigned {
        line(NOT_COUNTERSIGNED);
    }
    line(&withheld(statement));
    let (carried, cited) = exhibits(statement);
    if cited > 0 {
        line(&format!(
            "Exhibits: {carried} of {cited} are in the folder exhibits/, under their numbers; dossier.json says of each when \
             custody began, which sentences cite it, and of the others why they are not here."
        ));
    }
    line("");
    for words in HOW.trim().lines() {
        line(&words.replace("{sums}", files::SUMS).replace("{page}", files::PAGE));
    }
    line("");
    line(ARABIC_HEADING);
    line("");
    let tier: Option<Tier> = statement.tier.parse().ok();
    line(&format!("مستوى الاطلاع: {}", tier.map_or(statement.tier.as_str(), |tier| tier.labels().1)));
    statement.notes.iter().for_each(|note| line(&note.ar.as_deref().map_or_else(|| note.en.clone(), isolated)));
    if !countersigned {
        line(NOT_COUNTERSIGNED_AR);
    }
    if cited > 0 {
        line(&format!(
            "المستندات: في المجلد exhibits/ من أصل {cited} ما عدده {carried}، بأرقامها؛ ويذكر dossier.json متى بدأ حفظ كل منها وسبب غياب ما عداها."
        ));
    }
    ARABIC_HOW.trim().lines().for_each(line);
    text
}

/// Dates and the like between marks that keep their order among right-to-left words (U+2066 and U+2069, UAX 9 §2.2).
fn isolated(text: &str) -> String {
    let is_date = |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('-');
    let isolate = |word: &str| {
        let end = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len();
        if is_date(word) { format!("\u{2066}{}\u{2069}{}", &word[..end], &word[end..]) } else { word.to_owned() }
    };
    text.split(' ').map(isolate).collect::<Vec<_>>().join(" ")
}

/// Exhibits that are carried, and all that are cited.
fn exhibits(statement: &Statement) -> (usize, usize) {
    (statement.exhibits.iter().filter(|exhibit| exhibit.file.is_some()).count(), statement.exhibits.len())
}

fn withheld(statement: &Statement) -> String {
    let w = statement.withheld;
    format!(
        "Withheld: {} item(s) for want of consent, {} for safety, {} as privileged; of these, opposing material: {}. \
         Of what is here, {} field(s) and {} row(s) are not shown at this tier.",
        w.consent, w.safety, w.privilege, w.opposing, w.fields, w.rows
    )
}

const HOW: &str = "
How to check it
---------------

1. In a browser, with nothing installed: open {page} and give it the zip file.
   Better: take that page from somebody you trust. Whoever forges a dossier can
   forge the page that comes with it.

2. With the program, with the ledger's key (\"vkey\") from a source other than
   this dossier:

       witnessmark verify DOSSIER.zip --key VKEY

3. By hand. Unpack the zip; in its folder:

       sha256sum -c {sums}

   says whether each file is the one that the list names. That the list is the
   one that was issued: `sha256sum manifest.json` must give the manifest_digest
   that issued.json discloses. How to check that entry, its proof and the
   signatures is written in docs/spec/dossier.md of the program.

If it holds, these files are unchanged since the ledger's checkpoint was signed
by the holder of its key. That does not show that what they say is so, nor when
the checkpoint was signed.
";

const ARABIC_HEADING: &str = "كيفية التحقق";

const ARABIC_HOW: &str = "
افتح الملف index.html في متصفّح وأعطه ملف zip، ولا حاجة إلى الإنترنت. والأفضل أن تأخذ
هذه الصفحة من جهة تثق بها، فمن يزوّر ملف الإثبات يستطيع أن يزوّر الصفحة المرفقة به.
إذا صحّ التحقق فالملفات لم تتغيّر منذ أن وقّع حامل مفتاح السجل على نقطة الضبط،
ولا يدل ذلك على صحة ما ورد فيها ولا على وقت التوقيع.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_one_file_that_reaches_nothing() {
        let page = page();
        assert!(!page.contains("{{"), "every part is in its place");
        for outside in ["http://", "https://", "//cdn", "src=", "@import", "<link", "fetch(", "XMLHttp", "eval("] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(!STYLE.contains("url("));
        assert_eq!(page.matches("<script").count(), 1);
        assert_eq!(page.matches("</script").count(), 1);
        assert!(
            !page.contains("style=\"") && !page.contains(" onclick"),
            "the policy forbids what stands in attributes"
        );
    }

    #[test]
    fn the_readme_says_what_it_does_not_show() {
        let statement = Statement::new("Bakery, 12 April", "dossier", "public");
        let text = readme(&statement, false);
        assert!(text.starts_with("Bakery, 12 April\n===") && text.contains(NOT_COUNTERSIGNED));
        assert!(!readme(&statement, true).contains("countersigned this ledger"));
        assert_eq!(isolated("في 2031-04-14، أي"), "في \u{2066}2031-04-14\u{2069}، أي");
        assert!(!text.to_lowercase().contains("verified") && !text.contains("proves"));
    }
}
