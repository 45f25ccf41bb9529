//! The accounts that witnesses gave, under pseudonyms, with invented identities that an archive has to seal.
//!
//! Two witnesses of one strike, interviewed apart by different people, agree on a detail that nobody published; one
//! witness withdraws later (see [`crate::truth`]); one account is in Arabic and one came through an interpreter.
//! Every name and number here is made up; country code 999 is assigned to nobody.

use crate::toml_text::{block, quoted, quoted_list};
use std::fmt::Write as _;

/// One account, as an interviewer wrote it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Path of its file.
    pub path: &'static str,
    /// Name under which the witness is spoken of.
    pub pseudonym: &'static str,
    /// Who asked.
    pub interviewer: &'static str,
    /// Who interpreted, where somebody did.
    pub interpreter: Option<&'static str>,
    /// Day of the interview.
    pub date: &'static str,
    /// Language of the text.
    pub language: &'static str,
    /// What was told, in the witness's words.
    pub text: &'static str,
    /// Invented identity: to be sealed, never shown.
    pub name: &'static str,
    /// Invented telephone number: to be sealed, never shown.
    pub phone: &'static str,
    /// What the witness agreed to.
    pub purposes: &'static [&'static str],
    /// What the witness asked for.
    pub conditions: Option<&'static str>,
}

/// The detail that two witnesses of the hospital strike told apart, and no text or picture of the week shows.
pub const UNPUBLISHED_DETAIL: &str = "a blue water tank fell from the roof onto the delivery tricycle of a baker";

/// Every account, ordered by path.
pub const ACCOUNTS: &[Account] = &[
    Account {
        path: "accounts/cedar.account.toml",
        pseudonym: "Cedar",
        interviewer: "member-a",
        interpreter: None,
        date: "2024-03-05",
        language: "en",
        text: "I am a nurse at Dorvane General Hospital. On Monday 4 March I was in the corridor of the ground floor, about to end the night shift. At about twenty to seven I heard a jet, very low, and then two explosions, one after the other. The first bomb hit the maternity ward. The second fell in the courtyard. The windows came in. When I ran out, the blue water tank had fallen from the roof onto the delivery tricycle of the baker, and water was running over the bread. I counted seven dead in the courtyard and on the stairs; two of them were my colleagues. I saw no armed person in the hospital that night. I have not spoken about it with anybody who was outside.\n",
        name: "Alba Morren",
        phone: "+999 00 555 0101",
        purposes: &["internal", "court", "un_body"],
        conditions: Some("Do not name the ward where I work."),
    },
    Account {
        path: "accounts/heron.account.toml",
        pseudonym: "Heron",
        interviewer: "member-b",
        interpreter: None,
        date: "2024-03-07",
        language: "ar",
        text: "أعمل خبازاً مقابل مستشفى دورفان العام. صباح الاثنين 4 آذار/مارس كنت على سطح المخبز قرابة الساعة السابعة إلا ثلثاً. رأيت طائرة نفاثة قادمة من الشمال، ثم سقطت قنبلتان على المستشفى. سقط خزان الماء الأزرق من سطح المستشفى على دراجة التوصيل ثلاثية العجلات التي أملكها. نزلت وساعدت في نقل الجرحى، ورأيت خمسة قتلى على الأقل. لا أعرف أحداً من العاملين في المستشفى ولم أتحدث مع أحد منهم عما حدث.\n",
        name: "Tavi Sellun",
        phone: "+999 00 555 0102",
        purposes: &["internal", "publish_anonymised"],
        conditions: None,
    },
    Account {
        path: "accounts/juniper.account.toml",
        pseudonym: "Juniper",
        interviewer: "member-b",
        interpreter: Some("interpreter-1"),
        date: "2024-03-06",
        language: "en",
        text: "I sell lamps at the Lantern Market in Dorvane. On Monday 4 March at about a quarter past four in the afternoon three shells fell on the market. The first fell near the fountain, the other two among the stalls. I heard a thump from the hills before each of them and no aircraft. Four people were killed; I knew two of them. I do not know who fired.\n",
        name: "Orsel Hadrin",
        phone: "+999 00 555 0103",
        purposes: &["internal", "un_body", "publish_anonymised"],
        conditions: None,
    },
    Account {
        path: "accounts/lark.account.toml",
        pseudonym: "Lark",
        interviewer: "member-a",
        interpreter: None,
        date: "2024-03-08",
        language: "en",
        text: "I drove the ambulance that was shot at near Mistawen on Friday 8 March. It was ten past nine in the morning. We were going north on the road of the corridor with the lights on. Shots came from the hill on the right, where the Upland Command has a post. The paramedic beside me was killed. The patient and I were injured.\n",
        name: "Benno Karsh",
        phone: "+999 00 555 0104",
        purposes: &["internal", "publish_anonymised"],
        conditions: Some("Tell me before anything is published."),
    },
    Account {
        path: "accounts/plover.account.toml",
        pseudonym: "Plover",
        interviewer: "member-a",
        interpreter: None,
        date: "2024-03-06",
        language: "en",
        text: "I teach at Oshtel Girls' School. On Tuesday 5 March, during the second lesson, at about a quarter past ten, a rocket hit the east wall and a second one the yard. Three people were killed: two pupils and the caretaker. Nine pupils were injured. The rockets came from the south. There were no soldiers in the school, but a checkpoint of the Upland Command stands some 400 metres away.\n",
        name: "Jorun Estal",
        phone: "+999 00 555 0105",
        purposes: &["internal", "court", "publish_anonymised"],
        conditions: None,
    },
    Account {
        path: "accounts/sorrel.account.toml",
        pseudonym: "Sorrel",
        interviewer: "member-b",
        interpreter: None,
        date: "2024-03-09",
        language: "en",
        text: "I drove one of the twelve trucks of the convoy. On Thursday 7 March at half past eleven fighters of the River Front stopped us at Belquar Bridge. They took two of us to a house and let us go after four hours. I saw them carry flour sacks from the last truck, about forty. At half past eight in the evening we were allowed to go on.\n",
        name: "Ketil Ombra",
        phone: "+999 00 555 0106",
        purposes: &["internal"],
        conditions: Some("Only inside the archive."),
    },
];

impl Account {
    /// The text of its `.account.toml`.
    pub fn toml(&self) -> String {
        let mut out = String::from("# Invented: nobody told this. إفادة مختلقة.\n\n[account]\n");
        let _ = writeln!(out, "pseudonym = {}", quoted(self.pseudonym));
        let _ = writeln!(out, "interviewer = {}", quoted(self.interviewer));
        if let Some(interpreter) = self.interpreter {
            let _ = writeln!(out, "interpreter = {}", quoted(interpreter));
        }
        let _ = writeln!(out, "date = {}", quoted(self.date));
        let _ = writeln!(out, "language = {}", quoted(self.language));
        let _ = writeln!(out, "first_hand = true");
        let _ = writeln!(out, "text = {}", block(self.text));
        let _ = writeln!(out, "\n[identity]");
        let _ = writeln!(out, "name = {}", quoted(self.name));
        let _ = writeln!(out, "phone = {}", quoted(self.phone));
        let _ = writeln!(out, "\n[consent]");
        let _ = writeln!(out, "purposes = {}", quoted_list(self.purposes));
        if let Some(conditions) = self.conditions {
            let _ = writeln!(out, "conditions = {}", quoted(conditions));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_reads_back_with_a_consent() {
        for account in ACCOUNTS {
            let read: toml::Table = account.toml().parse().expect("valid TOML");
            assert_eq!(read["account"]["text"].as_str(), Some(account.text));
            assert_eq!(read["account"]["first_hand"].as_bool(), Some(true));
            let purposes = read["consent"]["purposes"].as_array().expect("a list");
            assert!(purposes.iter().any(|p| p.as_str() == Some("internal")), "{}", account.path);
        }
    }

    #[test]
    fn identities_appear_in_no_text_and_no_other_account() {
        let texts: String = crate::story::texts().iter().map(|t| t.whole()).collect();
        for account in ACCOUNTS {
            assert!(!texts.contains(account.name) && !texts.contains(account.phone));
            assert_eq!(ACCOUNTS.iter().filter(|other| other.toml().contains(account.name)).count(), 1);
        }
    }

    #[test]
    fn the_unpublished_detail_is_told_twice_and_published_nowhere() {
        assert!(ACCOUNTS[0].text.contains("blue water tank") && ACCOUNTS[1].text.contains("خزان الماء الأزرق"));
        for text in crate::story::texts() {
            assert!(!text.body.contains("water tank") && !text.body.contains("خزان"), "{}", text.path);
        }
    }
}
