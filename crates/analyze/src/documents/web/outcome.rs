//! What a fetch came to: a page, a file, or something that only stands where the page should be.
//!
//! A login form, a consent notice, a check for robots and a message that a post is gone all come with status 200 and look
//! like pages to a machine. The words that tell are few and stated here. It deliberately never calls anything a success:
//! that a page has text does not say that it is the page that was wanted.

/// Longest main text, in characters, of what may be a wall and no page: a long article with a login link is an article.
const SHORT: usize = 900;

/// What a fetch came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A page with words of its own.
    Page,
    /// A picture, a film, a sound, a document.
    File,
    /// Something that a page is made of, or data.
    Part,
    /// A login form or a consent notice stands where the page should be.
    Wall,
    /// The fetch was refused, or a check for robots stands where the page should be.
    Blocked,
    /// The page says that it is not there any more.
    Gone,
    /// The server could not answer.
    Error,
    /// It points elsewhere.
    Moved,
    /// There is nothing in it.
    Empty,
}

impl Outcome {
    /// As in rows.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Outcome::Page => "page",
            Outcome::File => "file",
            Outcome::Part => "part",
            Outcome::Wall => "wall",
            Outcome::Blocked => "blocked",
            Outcome::Gone => "gone",
            Outcome::Error => "error",
            Outcome::Moved => "moved",
            Outcome::Empty => "empty",
        }
    }

    /// For people.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Outcome::Page => "it is a page",
            Outcome::File => "it is a file",
            Outcome::Part => "it is a part of a page",
            Outcome::Wall => "it asks to log in",
            Outcome::Blocked => "the server refused it",
            Outcome::Gone => "the server has it no more",
            Outcome::Error => "the server failed",
            Outcome::Moved => "it points elsewhere",
            Outcome::Empty => "there is nothing in it",
        }
    }
}

const LOGIN: &[&str] = &[
    "log in",
    "login",
    "sign in",
    "log into",
    "sign up to see",
    "تسجيل الدخول",
    "سجل الدخول",
    "قم بتسجيل الدخول",
    "войти",
    "войдите",
    "увійти",
    "se connecter",
];
const CONSENT: &[&str] = &[
    "before you continue",
    "accept all",
    "accept cookies",
    "we value your privacy",
    "cookie consent",
    "use of cookies",
    "ملفات تعريف الارتباط",
    "قبل المتابعة",
    "принять все",
    "tout accepter",
];
const ROBOTS: &[&str] = &[
    "just a moment",
    "checking your browser",
    "verify you are human",
    "are you a robot",
    "not a robot",
    "unusual traffic",
    "enable javascript and cookies",
    "attention required",
    "access denied",
    "request blocked",
    "security check",
    "التحقق من أنك إنسان",
];
const GONE: &[&str] = &[
    "page not found",
    "page isn't available",
    "page isn’t available",
    "content isn't available",
    "content isn’t available",
    "no longer available",
    "doesn't exist",
    "doesn’t exist",
    "has been removed",
    "video unavailable",
    "account suspended",
    "account has been suspended",
    "الصفحة غير موجودة",
    "المحتوى غير متوفر",
    "غير متاح",
    "страница не найдена",
];

/// What the status alone decides.
pub(crate) fn by_status(status: u16, location: Option<&str>) -> Option<Outcome> {
    let leads_to_login = || {
        let location = location.unwrap_or_default().to_ascii_lowercase();
        ["login", "signin", "sign_in", "checkpoint", "consent", "accounts."].iter().any(|word| location.contains(word))
    };
    match status {
        300..=399 if status != 304 => Some(if leads_to_login() { Outcome::Wall } else { Outcome::Moved }),
        401 | 403 | 407 | 429 | 451 => Some(Outcome::Blocked),
        404 | 410 => Some(Outcome::Gone),
        200..=299 => None,
        _ => Some(Outcome::Error),
    }
}

/// What a page that came with a good status is, by its markup, title and main text.
pub(crate) fn of_page(markup: &str, title: &str, text: &str) -> Outcome {
    let length = text.chars().filter(|c| !c.is_whitespace()).count();
    let title = title.to_lowercase();
    // Forms and buttons are furniture to the reader of main text; the words on them tell what kind of page it is.
    let mut head: String = markup.chars().take(200_000).collect::<String>().to_lowercase();
    head.retain(|c| c != '\u{AD}');
    let text = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| title.contains(word) || text.contains(word));
    if length < SHORT {
        let password =
            head.contains("type=password") || head.contains("type=\"password\"") || head.contains("type='password'");
        if says(ROBOTS) || head.contains("captcha") && length < SHORT / 3 {
            return Outcome::Blocked;
        }
        if says(GONE) {
            return Outcome::Gone;
        }
        if password || says(LOGIN) && length < SHORT / 2 || says(CONSENT) {
            return Outcome::Wall;
        }
    }
    if length == 0 {
        return Outcome::Empty;
    }
    Outcome::Page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_pages_place_is_named() {
        for (markup, title, text, outcome) in [
            ("<input type=password>", "Welcome", "Continue here.", Outcome::Wall),
            ("", "تسجيل الدخول", "", Outcome::Wall),
            ("", "Before you continue", "We use data.", Outcome::Wall),
            ("", "Just a moment...", "", Outcome::Blocked),
            ("", "A video site", "Video unavailable", Outcome::Gone),
            ("", "", " \n", Outcome::Empty),
            ("<a href=/login>log in</a>", "A raid", "Two bombs fell on the town, residents said.", Outcome::Page),
        ] {
            assert_eq!(of_page(markup, title, text), outcome, "{title}");
        }
        let article = "The town was hit and people were told to log in to a list. ".repeat(40);
        assert_eq!(of_page("<input type=password>", "A long report", &article), Outcome::Page);
    }

    #[test]
    fn a_status_decides_where_it_can() {
        assert_eq!(by_status(200, None), None);
        let of = |status| by_status(status, None).map(Outcome::as_str);
        assert_eq!(
            [403, 404, 410, 429, 500, 301, 99].map(of),
            ["blocked", "gone", "gone", "blocked", "error", "moved", "error"].map(Some)
        );
        assert_eq!(by_status(302, Some("/accounts/login?next=x")), Some(Outcome::Wall));
    }
}
