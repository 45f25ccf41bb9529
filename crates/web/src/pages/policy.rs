//! The policy of support levels: its rules in words, the file itself, every policy that was ever adopted, and the form by which a
//! member tries another and adopts it. Trying says which levels would be others; adopting is an entry.

use maud::{Markup, html};
use witnessmark_archive::Archive;
use witnessmark_desk::case::Case;
use witnessmark_desk::policy;
use witnessmark_model::MemberKey;

use crate::app::Room;
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::parts::{done, entry, ltr, member, own, said, time, token};
use crate::shell::Page;

/// Draws it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Policy of support levels", "سياسة مستويات الدعم");
    let in_force = &room.case.policy;
    let body = html! {
        h1 { (title) }
        (done(ask))
        p.lead {
            (t.say(
                "What each support level needs here. A level falls at once when the policy no longer allows it; none rises until somebody signs it. Every assessment names the policy that it was made under.",
                "ما يحتاجه كل مستوى دعم هنا. يهبط المستوى فوراً حين لا تعود السياسة تسمح به، ولا يرتفع أي مستوى حتى يوقّعه أحد. ويذكر كل تقييم السياسة التي جرى بموجبها.",
            ))
        }
        section aria-labelledby="in-force" {
            h2 #in-force { (t.say("In force: ", "السارية: ")) (ltr(&in_force.version)) }
            @match in_force.entry { Some(at) => p.fine { (t.say("adopted by ", "اعتُمدت بـ ")) (entry(at)) }, None => p.fine { (t.say("the policy that ships with the program", "السياسة المرفقة بالبرنامج")) } }
            div.table role="region" tabindex="0" aria-labelledby="in-force" { table {
                thead { tr { th scope="col" { (t.say("rule", "القاعدة")) } th scope="col" { (t.say("value", "القيمة")) } } }
                tbody { @for (rule, value) in in_force.rules(t.code()) { tr { td { (own(rule)) } td.number { (ltr(value)) } } } }
            } }
        }
        section aria-labelledby="history" {
            h2 #history { (t.say("Adopted so far", "ما اعتُمد حتى الآن")) }
            ul.plain { @for (by, adopted, stands) in policy::history(room.archive) {
                li {
                    strong { (ltr(&adopted.name)) } " " (entry(by.at)) " " (member(room, by.signer)) " " (time(&by.time))
                    @if stands { " " span.tag { (t.say("in force", "سارية")) } }
                    @if let Some(reason) = adopted.reason.get() { ": " (said(reason, t)) }
                    div.fine { "SHA-256 " (ltr(adopted.digest.to_string())) }
                }
            } }
            @if policy::history(room.archive).is_empty() { p.muted { (t.say("None: the one that ships holds.", "لا شيء: تسري السياسة المرفقة.")) } }
        }
        (adopt_form(&in_force.to_toml(), ask))
    };
    Ok(Page::new(title, body))
}

fn adopt_form(text: &str, ask: &Ask) -> Markup {
    let t = ask.tongue;
    html! {
        section aria-labelledby="another" {
            h2 #another { (t.say("Adopt another", "اعتمد أخرى")) }
            form method="post" action="/policy" {
                (token(ask))
                label for="policy-text" { (t.say("The policy, word for word (raise its version)", "السياسة حرفياً (ارفع رقم إصدارها)")) }
                textarea #policy-text .mono name="text" dir="ltr" rows="24" maxlength="200000" spellcheck="false" required { (text) }
                label for="policy-reason" { (t.say("Reason", "السبب")) }
                input #policy-reason name="reason" dir="auto" maxlength="4000" required;
                p.fine { (t.say("To see first which levels it would change: ", "لترى أولاً أي المستويات ستغيّرها: ")) (ltr("witnessmark policy ARCHIVE try FILE")) }
                button type="submit" { (t.say("Adopt it", "اعتمدها")) }
            }
        }
    }
}

/// Adopts one.
pub(crate) fn adopt(archive: &mut Archive, member: MemberKey, _: &Case, _: &Ask, form: &Form) -> Result<String> {
    let reason = form.given("reason").ok_or(Oops::Wrong("Say why it is adopted.", "اذكر سبب الاعتماد."))?;
    // Browsers send lines that end in two signs.
    let text = form.get("text").replace("\r\n", "\n");
    let at = policy::adopt(archive, member, &format!("{text}\n"), &reason)?;
    Ok(format!("/policy?done={}", at.index))
}
