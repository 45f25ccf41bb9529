//! An interview, written down in the page: sealed when it is saved, on no disk before.
//!
//! What cannot be saved comes back with every word as it was typed. Works with scripts off: how many answers there is room for is
//! chosen before anything is typed. Deliberately no draft is kept.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use witnessmark_desk::analyze::Reading;
use witnessmark_desk::interview::{Answer, Interview, earlier, save};
use witnessmark_desk::report::Tongue;
use witnessmark_model::ItemId;

use crate::app::{App, Room};
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::parts::{item_link, notice, own, time, token};
use crate::shell::{self, Page};

/// Answers there is room for, unless more are asked for.
const ANSWERS: usize = 6;
/// Answers in one form.
const MOST_ANSWERS: usize = 60;

/// What a person may agree to, with what it means.
const PURPOSES: &[(&str, &str, &str)] = &[
    ("internal", "kept and worked with here only", "الحفظ والعمل عليها هنا فقط"),
    ("court", "given to a court", "تقديمها إلى محكمة"),
    ("un_body", "given to a body of the United Nations", "تقديمها إلى هيئة في الأمم المتحدة"),
    ("publish_anonymised", "published without saying who told it", "نشرها دون ذكر صاحبها"),
    ("publish_named", "published with their name", "نشرها مع الاسم"),
];

/// Who the person is. None of it ever stands on a page, in a report or in a table.
const IDENTITY: &[(&str, &str, &str)] = &[
    ("name", "Name", "الاسم"),
    ("contact", "How to reach them", "كيفية التواصل"),
    ("birth", "Year of birth", "سنة الميلاد"),
    ("note", "Anything else that says who they are", "أي شيء آخر يدل على الشخص"),
];

/// An empty form.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let room_for = ask.number("answers").clamp(ANSWERS, MOST_ANSWERS);
    Ok(draw(room, ask, &Form::default(), room_for, None, t))
}

/// What went wrong, in the reader's language.
type Wrong = (&'static str, &'static str);

/// Saves what was typed, or brings it back.
pub(crate) async fn submit(State(app): State<Arc<App>>, ask: Ask, form: Form) -> Response {
    let (at, asked, typed) = (Arc::clone(&app), ask.clone(), form.clone());
    let run = move || -> Result<std::result::Result<ItemId, (Page, StatusCode)>> {
        let interview = read(&typed);
        let wrong = match at.read(|room| Ok(check(room, &typed, &interview)))? {
            Some(wrong) => wrong,
            None => match at.decide(|archive, _| take(archive, at.member, &interview)) {
                Ok(item) => return Ok(Ok(item)),
                Err(Oops::Desk(_)) => {
                    ("It could not be saved. Everything you typed is below.", "تعذّر الحفظ. كل ما كتبته في الأسفل.")
                }
                Err(Oops::Wrong(en, ar)) => (en, ar),
                Err(oops) => return Err(oops),
            },
        };
        let room_for = typed.all("answer").count().clamp(ANSWERS, MOST_ANSWERS);
        let page = at.read(|room| Ok(draw(room, &asked, &typed, room_for, Some(wrong), asked.tongue)))?;
        Ok(Err((page, StatusCode::UNPROCESSABLE_ENTITY)))
    };
    let done = tokio::task::spawn_blocking(run).await;
    match done.unwrap_or(Err(Oops::NoSuch)) {
        Ok(Ok(item)) => (StatusCode::SEE_OTHER, [(LOCATION, item_link(item))]).into_response(),
        Ok(Err((page, status))) => shell::draw(&app, &ask, page, status),
        Err(oops) => shell::failed(&app, &ask, &oops, &app.reference()),
    }
}

fn take(
    archive: &mut witnessmark_archive::Archive,
    member: witnessmark_model::MemberKey,
    interview: &Interview,
) -> Result<ItemId> {
    let reading = Reading::by_this_program()?;
    Ok(save(archive, member, interview, None, &reading)?)
}

/// What keeps it from being saved.
fn check(room: &Room<'_>, form: &Form, interview: &Interview) -> Option<Wrong> {
    let is_day = |text: &str| text.is_empty() || text.parse::<jiff::civil::Date>().is_ok();
    if interview.pseudonym.is_empty() {
        return Some(("Give the person a pseudonym.", "أعط الشخص اسماً مستعاراً."));
    }
    if interview.purposes.is_empty() {
        return Some((
            "No account is saved without a consent: say what the person agreed to.",
            "لا تُحفظ إفادة دون موافقة: اذكر ما وافق عليه الشخص.",
        ));
    }
    if interview.answers.iter().all(|answer| answer.text.is_empty()) {
        return Some(("Write down what was told.", "دوّن ما قيل."));
    }
    if !is_day(&interview.date) || !is_day(&interview.expires) {
        return Some(("Write days as 2031-04-12.", "اكتب الأيام بصيغة 2031-04-12."));
    }
    let is_again = form.get("again") == "yes";
    (!is_again && !earlier(room.archive, &interview.pseudonym).is_empty()).then_some((
        "This pseudonym has told before. Read the earlier account first; if a new one is needed, say so below.",
        "لهذا الاسم المستعار إفادة سابقة. اقرأها أولاً؛ وإن لزمت إفادة جديدة فأكد ذلك في الأسفل.",
    ))
}

fn read(form: &Form) -> Interview {
    let text = |name: &str| form.get(name).to_owned();
    let columns: [Vec<&str>; 4] =
        ["question", "answer", "first_hand", "translation"].map(|name| form.all(name).collect());
    let at = |column: usize, i: usize| columns[column].get(i).copied().unwrap_or_default();
    let answers = (0..columns[1].len().min(MOST_ANSWERS)).map(|i| Answer {
        question: at(0, i).to_owned(),
        text: at(1, i).to_owned(),
        first_hand: match at(2, i) {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        translation: at(3, i).to_owned(),
    });
    let known = |purpose: &&str| PURPOSES.iter().any(|(id, _, _)| id == purpose);
    Interview {
        pseudonym: text("pseudonym"),
        interviewer: text("interviewer"),
        interpreter: text("interpreter"),
        date: text("date"),
        language: text("language"),
        answers: answers.collect(),
        identity: IDENTITY.iter().map(|(id, _, _)| ((*id).to_owned(), text(&format!("identity-{id}")))).collect(),
        purposes: form.all("purpose").filter(known).map(str::to_owned).collect(),
        expires: text("expires"),
        conditions: text("conditions"),
    }
}

fn draw(room: &Room<'_>, ask: &Ask, form: &Form, room_for: usize, wrong: Option<Wrong>, t: Tongue) -> Page {
    let title = t.say("Write down an account", "تدوين إفادة");
    let before = earlier(room.archive, form.get("pseudonym"));
    let body = html! {
        h1 { (title) }
        @if let Some((en, ar)) = wrong { (notice("alert", &html! { p { strong { (t.say(en, ar)) } } })) }
        (notice("limit", &html! { p {
            (t.say("It is sealed under a key of its own when you save it, who told it under another, and nothing of it is written to the disk before. There is no draft: a page that is closed is gone.",
                "تُحجب مشفّرة بمفتاح خاص بها عند الحفظ، وصاحبها بمفتاح آخر، ولا يُكتب منها شيء على القرص قبل ذلك. لا مسودة: إذا أُغلقت الصفحة ضاع ما فيها."))
        } }))
        form method="post" action="/accounts/new" autocomplete="off" {
            (token(ask))
            (who(form, t))
            @if !before.is_empty() { (told_before(&before, t)) }
            (answers(form, room_for, t))
            (identity(form, t))
            (consent(form, t))
            button type="submit" { (t.say("Seal and save", "احجب واحفظ")) }
        }
    };
    Page::new(title, body)
}

fn line(form: &Form, name: &str, label: &str, kind: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            input id=(name) name=(name) type=(kind) dir=(if kind == "date" { "ltr" } else { "auto" }) value=(form.get(name)) maxlength="500";
        }
    }
}

fn who(form: &Form, t: Tongue) -> Markup {
    let is_new = form.get("csrf").is_empty();
    let chosen = if is_new { t.code() } else { form.get("language") };
    html! {
        section aria-labelledby="who-head" {
            h2 #who-head { (t.say("The interview", "المقابلة")) }
            div.grid {
                (line(form, "pseudonym", t.say("Pseudonym of the person", "الاسم المستعار للشخص"), "text"))
                (line(form, "interviewer", t.say("Who asked", "من أجرى المقابلة"), "text"))
                (line(form, "interpreter", t.say("Who interpreted (may be left out)", "المترجم (اختياري)"), "text"))
                (line(form, "date", t.say("Day of the interview", "يوم المقابلة"), "date"))
                div.field {
                    label for="language" { (t.say("Language of the answers", "لغة الأجوبة")) }
                    select #language name="language" {
                        @for (code, en, ar) in [("ar", "Arabic", "العربية"), ("en", "English", "الإنجليزية"), ("", "another", "لغة أخرى")] {
                            option value=(code) selected[chosen == code] { (t.say(en, ar)) }
                        }
                    }
                }
            }
        }
    }
}

fn told_before(before: &[(ItemId, Option<String>)], t: Tongue) -> Markup {
    html! {
        section aria-labelledby="before-head" {
            h2 #before-head { (t.say("Told before under this pseudonym", "قيل سابقاً بهذا الاسم المستعار")) }
            ul { @for (item, day) in before { li {
                a href=(item_link(*item)) { (t.say("earlier account", "إفادة سابقة")) }
                @if let Some(day) = day { " " (time(day)) }
            } } }
            label { input type="checkbox" name="again" value="yes"; " " (t.say("I have read it, and a new interview is needed", "قرأتها، ويلزم إجراء مقابلة جديدة")) }
        }
    }
}

fn answers(form: &Form, room_for: usize, t: Tongue) -> Markup {
    let [questions, texts, first, translations] = ["question", "answer", "first_hand", "translation"]
        .map(|name| form.all(name).map(str::to_owned).collect::<Vec<_>>());
    let at = |list: &[String], i: usize| list.get(i).cloned().unwrap_or_default();
    let area = |name: &str, i: usize, label: &str, rows: u32, value: &str| {
        let id = format!("{name}-{i}");
        html! { div.field {
            label for=(id) { (label) }
            textarea id=(id) name=(name) rows=(rows) dir="auto" maxlength="100000" { (value) }
        } }
    };
    html! {
        section aria-labelledby="answers-head" {
            h2 #answers-head { (t.say("What was told, in their words", "ما قيل، بكلمات صاحبه")) }
            p {
                (t.say("Room for this many answers (choose before you type): ", "عدد الأجوبة المتاح (اختره قبل الكتابة): "))
                @for n in [6, 12, 30, 60] { a href=(format!("/accounts/new?answers={n}")) { (n) } " " }
            }
            @for i in 0..room_for {
                fieldset.answer {
                    legend { (t.say("Answer", "جواب")) " " (i + 1) }
                    (area("question", i, t.say("Question (may be left out)", "السؤال (اختياري)"), 1, &at(&questions, i)))
                    (area("answer", i, t.say("Answer", "الجواب"), 4, &at(&texts, i)))
                    div.field {
                        label for=(format!("first-{i}")) { (t.say("Did they perceive it themselves?", "هل أدركه بنفسه؟")) }
                        select id=(format!("first-{i}")) name="first_hand" {
                            @for (id, en, ar) in [("", "not stated", "لم يُذكر"), ("yes", "yes: saw, heard or lived it", "نعم: رآه أو سمعه أو عاشه"), ("no", "no: was told it", "لا: نُقل إليه")] {
                                option value=(id) selected[at(&first, i) == id] { (t.say(en, ar)) }
                            }
                        }
                    }
                    (area("translation", i, t.say("Translation (may be left out)", "الترجمة (اختياري)"), 2, &at(&translations, i)))
                }
            }
        }
    }
}

fn identity(form: &Form, t: Tongue) -> Markup {
    html! {
        section aria-labelledby="identity-head" {
            h2 #identity-head { (t.say("Who they are", "من هو الشخص")) }
            p { (t.say("Under a key of its own, which can be destroyed alone. Opening it needs a reason that is written down. Leave out what you need not know.",
                "بمفتاح خاص يمكن إتلافه وحده. فتحها يتطلب سبباً يُدوَّن. لا تكتب ما لا تحتاج إلى معرفته.")) }
            div.grid { @for (id, en, ar) in IDENTITY { (line(form, &format!("identity-{id}"), t.say(en, ar), "text")) } }
        }
    }
}

fn consent(form: &Form, t: Tongue) -> Markup {
    let agreed: Vec<&str> = form.all("purpose").collect();
    html! {
        section aria-labelledby="consent-head" {
            h2 #consent-head { (t.say("What the person agreed to", "ما وافق عليه الشخص")) }
            p { (t.say("None of these is ticked for you: ask. Without one, nothing is saved.", "لا شيء محدد مسبقاً: اسأل. دون موافقة لا يُحفظ شيء.")) }
            @for (id, en, ar) in PURPOSES {
                p { label { input type="checkbox" name="purpose" value=(id) checked[agreed.contains(id)]; " " (t.say(en, ar)) } }
            }
            div.grid {
                (line(form, "expires", t.say("Until (may be left out)", "حتى تاريخ (اختياري)"), "date"))
                (line(form, "conditions", t.say("On what conditions (may be left out)", "بأي شروط (اختياري)"), "text"))
            }
        }
    }
}

/// What an account says openly of itself, in the reader's language.
pub(crate) fn field(name: &str, t: Tongue) -> String {
    const FIELDS: &[(&str, &str, &str)] = &[
        ("pseudonym", "pseudonym", "الاسم المستعار"),
        ("interviewer", "who asked", "من أجرى المقابلة"),
        ("interpreter", "who interpreted", "المترجم"),
        ("date", "day of the interview", "يوم المقابلة"),
        ("language", "language", "اللغة"),
        ("first_hand", "perceived it themselves", "أدركه بنفسه"),
        ("identity", "who they are is known", "الهوية معروفة"),
    ];
    FIELDS
        .iter()
        .find(|(id, _, _)| *id == name)
        .map_or_else(|| name.replace('_', " "), |(_, en, ar)| t.say(en, ar).into())
}

/// One such value.
pub(crate) fn value(value: &serde_json::Value, t: Tongue) -> Markup {
    match value {
        serde_json::Value::Bool(true) => html! { (t.say("yes", "نعم")) },
        serde_json::Value::Bool(false) => html! { (t.say("no", "لا")) },
        serde_json::Value::String(text) => own(text),
        other => own(other.to_string()),
    }
}

/// The answers of an account with what was said of each, for its page.
pub(crate) fn answers_of(room: &Room<'_>, item: ItemId, t: Tongue) -> Result<Markup> {
    let rows = room.archive.rows_of(item).map_err(witnessmark_desk::Error::from)?;
    let told: Vec<_> =
        rows.iter().map(|(_, row)| row).filter(|row| row.get("kind").is_some_and(|k| k == "told")).collect();
    let text: Vec<char> = witnessmark_desk::facts::text_of(room.archive, item)?.unwrap_or_default().chars().collect();
    let words = |row: &serde_json::Map<String, serde_json::Value>, name: &str| -> Option<String> {
        let pair = row.get(name)?.as_array()?;
        let (start, end) = (pair.first()?.as_u64()? as usize, pair.get(1)?.as_u64()? as usize);
        Some(text.get(start..end)?.iter().collect())
    };
    if told.is_empty() {
        return Ok(html! {});
    }
    Ok(html! {
        section aria-labelledby="told-head" {
            h2 #told-head { (t.say("Answer by answer", "جواباً جواباً")) }
            @for row in told {
                article.card {
                    @if let Some(question) = words(row, "question") { p.question { (own(&question)) } }
                    @if let Some(answer) = words(row, "span") { blockquote { (own(&answer)) } }
                    p { @match row.get("first_hand").and_then(serde_json::Value::as_bool) {
                        Some(true) => (t.say("They perceived it themselves.", "أدركه بنفسه.")),
                        Some(false) => (t.say("They were told it.", "نُقل إليه.")),
                        None => (t.say("Whether they perceived it themselves is not stated.", "لم يُذكر إن كان أدركه بنفسه.")),
                    } }
                    @if let Some(translation) = row.get("translation").and_then(serde_json::Value::as_str) {
                        p { strong { (t.say("Translation: ", "الترجمة: ")) } (own(translation)) }
                    }
                }
            }
        }
    })
}
