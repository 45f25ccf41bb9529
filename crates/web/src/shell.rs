//! What stands around every page: title, watermark, ways about, language, and the pages for those who are not let in.
//!
//! Deliberately without a word of what the archive holds.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use witnessmark_archive::Kind;
use witnessmark_desk::report::Tongue;
use witnessmark_report::document::tame;

use crate::app::App;
use crate::ask::Ask;
use crate::error::Oops;
use crate::guard::STYLE_PATH;
use crate::parts::ltr;

/// The one style sheet.
pub(crate) const STYLE: &str = include_str!("style.css");

/// A page before it stands in the shell.
pub(crate) struct Page {
    /// Title, in the reader's language.
    pub(crate) title: String,
    /// What stands in `main`, heading included.
    pub(crate) body: Markup,
}

impl Page {
    /// With its title, which the body's heading repeats.
    pub(crate) fn new(title: impl Into<String>, body: Markup) -> Self {
        Page { title: title.into(), body }
    }
}

/// A way: address, English, Arabic.
type Way = (&'static str, &'static str, &'static str);

/// Where one can go, in groups: id, ways, English, Arabic.
const WAYS: &[(&str, &[Way], &str, &str)] = &[
    (
        "work",
        &[
            ("/", "Overview", "نظرة عامة"),
            ("/queue", "Waiting for a person", "بانتظار قرار إنسان"),
            ("/search", "Search", "بحث"),
            ("/coding", "Double coding", "الترميز المزدوج"),
        ],
        "Work",
        "العمل",
    ),
    (
        "material",
        &[
            ("/items", "Items", "المواد"),
            ("/accounts/new", "Write down an account", "تدوين إفادة"),
            ("/statements", "Statements", "التصريحات"),
            ("/commitments", "Commitments", "الالتزامات"),
        ],
        "What came in",
        "ما ورد",
    ),
    (
        "whole",
        &[
            ("/incidents", "Incidents", "الوقائع"),
            ("/same", "One or two?", "واحد أم اثنان؟"),
            ("/map", "Map", "الخريطة"),
            ("/timeline", "Timeline", "الخط الزمني"),
            ("/patterns", "Counts", "الأعداد"),
        ],
        "Seen together",
        "مجتمعةً",
    ),
    (
        "out",
        &[
            ("/reports", "Reports", "التقارير"),
            ("/dispatches", "Dispatches", "الإرساليات"),
            ("/ledger", "Ledger", "السجل"),
            ("/policy", "Policy of levels", "سياسة المستويات"),
            ("/treaties", "Treaties", "المعاهدات"),
            ("/about", "About", "عن البرنامج"),
        ],
        "On record",
        "المُثبت",
    ),
];

/// Is `here` this way, or below it?
fn is_at(way: &str, here: &str) -> bool {
    here == way || (way != "/" && here.strip_prefix(way).is_some_and(|rest| rest.starts_with('/')))
}

/// A page of the archive.
pub(crate) fn draw(app: &App, ask: &Ask, page: Page, status: StatusCode) -> Response {
    let t = ask.tongue;
    let other = if t == Tongue::Arabic { Tongue::English } else { Tongue::Arabic };
    let ways = html! {
        nav.ways aria-label=(t.say("Pages", "الصفحات")) {
            @for (id, list, en, ar) in WAYS {
                div.group {
                    h2 id=(format!("ways-{id}")) { (t.say(en, ar)) }
                    ul aria-labelledby=(format!("ways-{id}")) {
                        @for (way, en, ar) in *list {
                            li { a href=(way) aria-current=[is_at(way, &ask.path).then_some("page")] { (t.say(en, ar)) } }
                        }
                    }
                }
            }
        }
    };
    let aside = html! {
        p.archive-name { bdi { (tame(&app.name)) } }
        form.find role="search" action="/search" method="get" {
            label.unseen for="find" { (t.say("Search the texts", "ابحث في النصوص")) }
            input #find type="search" name="q" dir="auto" placeholder=(t.say("Search the texts", "ابحث في النصوص"));
            button type="submit" { (t.say("Search", "ابحث")) }
        }
        p.tongue {
            a href=(other_language(ask, other)) lang=(other.code()) hreflang=(other.code()) {
                (other.say("English", "العربية"))
            }
        }
    };
    whole(
        app,
        t,
        &page.title,
        status,
        html! {
            header.top { a.mark href="/" { "Witnessmark" } (aside) }
            div.sheet {
                (ways)
                main #main tabindex="-1" { (page.body) }
            }
        },
    )
}

/// The same page in the other language.
fn other_language(ask: &Ask, other: Tongue) -> String {
    let mut address = format!("{}?lang={}", ask.path, other.code());
    for (name, value) in ask.query.iter().filter(|(name, _)| name != "lang" && name != "token" && name != "done") {
        address.push('&');
        address.push_str(&encode(name));
        address.push('=');
        address.push_str(&encode(value));
    }
    address
}

/// For a value in an address (RFC 3986, 2.3: unreserved characters stay).
pub(crate) fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(b as char),
            _ => out.push_str(&format!("%{b:02X}")),
        }
        out
    })
}

fn whole(app: &App, t: Tongue, title: &str, status: StatusCode, body: Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang=(t.code()) dir=(t.direction().code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (tame(title)) " · Witnessmark" }
                link rel="stylesheet" href=(STYLE_PATH);
            }
            body {
                a.skip href="#main" { (t.say("To the content", "إلى المحتوى")) }
                @if let Some(mark) = &app.watermark {
                    p.watermark role="note" { bdi { (tame(mark)) } }
                }
                (body)
                footer.foot {
                    p {
                        (t.say(
                            "What stands here was reported by somebody, read by a machine or assessed by a person; each says which. Nothing here says that a thing is true.",
                            "ما يرد هنا أفاد به أحدهم أو قرأته آلة أو قيّمه شخص، وكلٌّ مبيَّن. ولا شيء هنا يقول إن أمراً ما صحيح.",
                        ))
                    }
                    @if let Some(mark) = &app.watermark { p { bdi { (tame(mark)) } } }
                }
            }
        }
    };
    (status, Html(page.into_string())).into_response()
}

/// A page for someone who is not let in: no names, no numbers.
fn outside(app: &App, t: Tongue, status: StatusCode, title: &str, words: &Markup) -> Response {
    let body = html! { main.alone #main tabindex="-1" { h1 { (title) } (words) } };
    whole(app, t, title, status, body)
}

/// Nobody has brought the token.
pub(crate) fn no_token(app: &App, t: Tongue) -> Response {
    let words = html! {
        p {
            (t.say(
                "This page opens only from the address that the program printed when it started; it ends in a long token.",
                "لا تُفتح هذه الصفحة إلا من العنوان الذي طبعه البرنامج عند بدئه، وينتهي برمز طويل.",
            ))
        }
        p {
            (t.say("Go to the terminal where ", "اذهب إلى الطرفية حيث يعمل ")) (ltr("witnessmark serve"))
            (t.say(" runs, and open the address that it shows. If it has stopped, start it again.", "، وافتح العنوان الذي يعرضه. وإن كان قد توقف فشغّله من جديد."))
        }
    };
    outside(app, t, StatusCode::FORBIDDEN, t.say("Not open without its address", "لا تُفتح دون عنوانها"), &words)
}

/// A form that did not come from a page of ours.
pub(crate) fn refused_form(app: &App, t: Tongue) -> Response {
    let words = html! {
        p {
            (t.say(
                "What was sent did not come from a page of this archive, so nothing was recorded. Go back, load the page again, and send it once more.",
                "ما أُرسل لم يأتِ من صفحة لهذا الأرشيف، فلم يُسجَّل شيء. عُد وحمّل الصفحة من جديد ثم أرسل مرة أخرى.",
            ))
        }
    };
    outside(app, t, StatusCode::FORBIDDEN, t.say("Nothing was recorded", "لم يُسجَّل شيء"), &words)
}

/// What went wrong: a kind, what can be done about it, and a reference; the chain of causes is not for a page.
pub(crate) fn failed(app: &App, ask: &Ask, oops: &Oops, reference: &str) -> Response {
    let t = ask.tongue;
    let (title, words) = said(oops.kind(), t);
    let page = Page::new(
        title,
        html! {
            h1 { (title) }
            @match oops {
                Oops::Desk(witnessmark_desk::Error::Refused { attempted, .. }) => p.lead { bdi dir="auto" { (tame(attempted)) } },
                Oops::Wrong(en, ar) => p.lead { (t.say(en, ar)) },
                Oops::Changed => p.lead {
                    (t.say(
                        "What was on your screen is no longer what the archive holds: somebody decided meanwhile. Nothing was recorded; look again.",
                        "ما كان على شاشتك لم يعد ما في الأرشيف: قرّر أحدهم في الأثناء. لم يُسجَّل شيء؛ انظر من جديد.",
                    ))
                },
                _ => {}
            }
            p { (words) }
            @if let Oops::Desk(witnessmark_desk::Error::Refused { hint: Some(hint), .. }) = oops {
                p.hint { bdi dir="auto" { (tame(hint)) } }
            }
            p.fine { (t.say("Reference: ", "المرجع: ")) (ltr(reference)) }
        },
    );
    draw(app, ask, page, oops.status())
}

fn said(kind: Kind, t: Tongue) -> (&'static str, &'static str) {
    match kind {
        Kind::NotFound => (
            t.say("Not here", "غير موجود"),
            t.say("The archive holds nothing under this address.", "لا يحوي الأرشيف شيئاً تحت هذا العنوان."),
        ),
        Kind::Invalid => (
            t.say("This cannot be taken", "لا يمكن قبول هذا"),
            t.say("Nothing was recorded. Go back to change what you sent.", "لم يُسجَّل شيء. عُد لتعدّل ما أرسلت."),
        ),
        Kind::Conflict => (
            t.say("Somebody was first", "سبقك غيرك"),
            t.say("Nothing was recorded. Load the page again.", "لم يُسجَّل شيء. حمّل الصفحة من جديد."),
        ),
        Kind::Denied => (
            t.say("Not with these keys", "لا تكفي هذه المفاتيح"),
            t.say("It lies under a key that is not at hand, or was destroyed.", "تحت مفتاح غير متاح أو أُتلف."),
        ),
        Kind::Corrupt => (
            t.say("Not what was put there", "ليس ما وُضع هنا"),
            t.say(
                "What lies on the disk is not what the ledger commits to. Check the ledger, and keep a copy before anything else.",
                "ما على القرص ليس ما يلتزم به السجل. افحص السجل، واحفظ نسخة قبل أي شيء آخر.",
            ),
        ),
        Kind::Unavailable => (
            t.say("Not at hand", "غير متاح"),
            t.say(
                "The archive is locked or busy, or its disk is not there. What was acknowledged is safe.",
                "الأرشيف مقفل أو مشغول، أو قرصه غير موصول. وما أُكِّد حفظه سليم.",
            ),
        ),
        Kind::Bug => (
            t.say("A mistake of ours", "خطأ منا"),
            t.say("Nothing was recorded.", "لم يُسجَّل شيء."),
        ),
    }
}

/// The style sheet.
pub(crate) async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}
