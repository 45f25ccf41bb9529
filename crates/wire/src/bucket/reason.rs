//! What a server of buckets answered, in one sentence: its own answers are pages of XML.
//!
//! Deliberately without the request: an answer may repeat parts of it, and those are nobody's business in a message.

use object_store::Error as Cause;
use witnessmark_archive::Kind;

/// Why a bucket did not do it.
pub(super) struct Reason {
    pub(super) kind: Kind,
    pub(super) why: String,
    pub(super) hint: Option<&'static str>,
}

/// Letters of a code that are passed on: codes of S3 have no more.
const LONGEST_CODE: usize = 64;

impl Reason {
    pub(super) fn of(cause: &Cause) -> Self {
        let text = chain(cause);
        let code = within(&text, "<Code>", "</Code>").filter(|code| is_code(code));
        if let Some((kind, why, hint)) = code.and_then(known) {
            return Reason { kind, why: why.into(), hint: Some(hint) };
        }
        let kind = match cause {
            Cause::NotFound { .. } => Kind::NotFound,
            Cause::PermissionDenied { .. } | Cause::Unauthenticated { .. } => Kind::Denied,
            Cause::InvalidPath { .. } => Kind::Bug,
            _ => Kind::Unavailable,
        };
        if let Some(code) = code {
            return Reason { kind, why: format!("the server says {code}"), hint: None };
        }
        match kind {
            Kind::Denied => {
                let (_, why, hint) = known("AccessDenied").unwrap_or((kind, "", ""));
                Reason { kind, why: why.into(), hint: Some(hint) }
            }
            Kind::NotFound => Reason { kind, why: "it is not there".into(), hint: None },
            _ => of_the_way(kind, &text),
        }
    }
}

/// Is it the bucket that is not there?
pub(super) fn is_no_bucket(cause: &Cause) -> bool {
    within(&chain(cause), "<Code>", "</Code>") == Some("NoSuchBucket")
}

/// What the codes mean that people meet.
fn known(code: &str) -> Option<(Kind, &'static str, &'static str)> {
    let credentials = "look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN";
    Some(match code {
        "NoSuchBucket" => (
            Kind::NotFound,
            "there is no bucket of this name",
            "make it first, and look at AWS_ENDPOINT_URL and AWS_REGION",
        ),
        "AccessDenied" | "AllAccessDisabled" | "AccountProblem" => {
            (Kind::Denied, "these credentials may not do that", "whoever runs the bucket says who may read and write")
        }
        "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "InvalidToken" | "AuthorizationHeaderMalformed" => {
            (Kind::Denied, "the server does not take these credentials", credentials)
        }
        "ExpiredToken" | "TokenRefreshRequired" => (Kind::Denied, "these credentials have expired", credentials),
        "RequestTimeTooSkewed" => {
            (Kind::Denied, "this machine's clock and the server's differ too much", "set the clock of this machine")
        }
        "PermanentRedirect" | "IllegalLocationConstraintException" => {
            (Kind::Invalid, "the bucket lies in another region", "set AWS_REGION to its region")
        }
        "SlowDown" | "ServiceUnavailable" | "InternalError" | "RequestTimeout" => {
            (Kind::Unavailable, "the server is overloaded or broken now", "run the same command again later")
        }
        "QuotaExceeded" | "EntityTooLarge" | "XMinioStorageFull" | "InsufficientCapacity" => {
            (Kind::Unavailable, "the server has no room", "whoever runs the bucket can make room")
        }
        _ => return None,
    })
}

/// Where no answer came, or none that says anything.
fn of_the_way(kind: Kind, text: &str) -> Reason {
    let lower = text.to_lowercase();
    let status = within(&lower, "status code: ", ":").map(str::trim);
    let why = if lower.contains("failed to lookup") || lower.contains("host not found") || lower.contains("resolve") {
        "the server's name is not known here".to_owned()
    } else if lower.contains("refused") || lower.contains("connection failed") {
        "nobody answers at the server's address".to_owned()
    } else if lower.contains("timeout") || lower.contains("timed out") {
        "the server did not answer in time".to_owned()
    } else if lower.contains("certificate") {
        "the server's certificate is not one that this machine trusts".to_owned()
    } else if let Some(status) = status.filter(|status| status.len() <= LONGEST_CODE) {
        format!("the server answered {status}")
    } else {
        let line: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
        if text.contains('<') { "the server answered with what is not understood".to_owned() } else { line }
    };
    Reason { kind, why, hint: Some("look at AWS_ENDPOINT_URL and at the connection, and run the same command again") }
}

fn is_code(code: &str) -> bool {
    !code.is_empty() && code.len() <= LONGEST_CODE && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
}

fn within<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(begin)?;
    rest.split_once(end).map(|(inner, _)| inner)
}

fn chain(cause: &Cause) -> String {
    let mut text = cause.to_string();
    let mut below = std::error::Error::source(cause);
    while let Some(error) = below {
        text.push_str(": ");
        text.push_str(&error.to_string());
        below = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(text: &str) -> Cause {
        Cause::Generic { store: "S3", source: text.to_owned().into() }
    }

    #[test]
    fn an_answer_in_xml_becomes_one_sentence_without_what_was_asked() {
        let page = "Server returned non-2xx status code: 403 Forbidden: <?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code>\
                    <Message>The signature</Message><AWSAccessKeyId>AKIA</AWSAccessKeyId><Key>blobs/3f</Key></Error>";
        let said = Reason::of(&generic(page));
        assert_eq!((said.kind, said.why.as_str()), (Kind::Denied, "the server does not take these credentials"));
        let said = Reason::of(&generic("status code: 500: <Error><Code>Odd</Code></Error>"));
        assert_eq!((said.kind, said.why.as_str()), (Kind::Unavailable, "the server says Odd"));
        for (hostile, why) in [
            ("<Code><script></Code>", "the server answered with what is not understood"),
            ("<Code>x\u{1b}[31m</Code> <Key>secret</Key>", "the server answered with what is not understood"),
            ("Connection refused (os error 111)", "nobody answers at the server's address"),
        ] {
            assert_eq!(Reason::of(&generic(hostile)).why, why, "{hostile}");
        }
        let gone = Cause::NotFound { path: "x".into(), source: "<Code>NoSuchBucket</Code>".into() };
        assert!(is_no_bucket(&gone) && Reason::of(&gone).why.contains("no bucket"));
        assert!(!is_no_bucket(&Cause::NotFound { path: "x".into(), source: "<Code>NoSuchKey</Code>".into() }));
    }
}
