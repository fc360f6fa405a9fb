//! The one error type of the crate. Its messages are part of the contract: they name the option,
//! what is allowed and what came, in the words that Node itself uses.

use std::fmt;

/// Why a captcha could not be drawn.
///
/// [`code`](Error::code) gives the Node.js error code that the binding throws it under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    OutOfRange { name: &'static str, allowed: String, received: String },
    Internal(String),
}

/// What the crate's functions return.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A value outside of what its option allows.
    pub(crate) fn out_of_range(name: &'static str, allowed: impl Into<String>, received: impl Into<String>) -> Self {
        Self(Kind::OutOfRange { name, allowed: allowed.into(), received: received.into() })
    }

    /// A bug of this crate, told as an error.
    pub(crate) fn internal(what: impl Into<String>) -> Self {
        Self(Kind::Internal(what.into()))
    }

    /// The Node.js error code: `ERR_OUT_OF_RANGE`, or `ERR_INTERNAL_ASSERTION` for a bug in here.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.0 {
            Kind::OutOfRange { .. } => "ERR_OUT_OF_RANGE",
            Kind::Internal(_) => "ERR_INTERNAL_ASSERTION",
        }
    }

    /// Whether the caller's value was at fault (a `RangeError` in JavaScript) rather than this crate.
    #[must_use]
    pub fn is_out_of_range(&self) -> bool {
        matches!(self.0, Kind::OutOfRange { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::OutOfRange { name, allowed, received } => {
                write!(f, "The value of \"{name}\" is out of range. It must be {allowed}. Received {received}")
            }
            Kind::Internal(what) => write!(f, "ccap failed to draw: {what}"),
        }
    }
}

impl std::error::Error for Error {}

/// A text as an error message shows it: quoted, escaped, and short whatever its length.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 16;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{:?}...", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// A number as JavaScript writes it.
pub(crate) fn shown_number(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number.abs() >= 1e21 {
        return format!("{number:e}").replace('e', "e+");
    }
    number.to_string()
}

/// What a caught panic said, for [`Error::internal`].
pub(crate) fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_option_the_limits_and_the_value() {
        let error = Error::out_of_range("width", ">= 32 && <= 1024", "5000");
        assert_eq!(
            error.to_string(),
            "The value of \"width\" is out of range. It must be >= 32 && <= 1024. Received 5000"
        );
        assert_eq!(error.code(), "ERR_OUT_OF_RANGE");
        assert!(error.is_out_of_range());
    }

    #[test]
    fn a_bug_has_a_code_of_its_own() {
        let error = Error::internal("index out of bounds");
        assert_eq!(error.to_string(), "ccap failed to draw: index out of bounds");
        assert_eq!(error.code(), "ERR_INTERNAL_ASSERTION");
        assert!(!error.is_out_of_range());
    }

    #[test]
    fn numbers_are_shown_as_javascript_does() {
        for (number, shown) in [
            (5000.0, "5000"),
            (-0.5, "-0.5"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
            (f64::MAX, "1.7976931348623157e+308"),
            (1e20, "100000000000000000000"),
        ] {
            assert_eq!(shown_number(number), shown);
        }
    }

    #[test]
    fn long_texts_are_shown_cut() {
        assert_eq!(shown("ab\n"), "\"ab\\n\"");
        assert_eq!(shown(&"é".repeat(1000)), format!("\"{}\"...", "é".repeat(16)));
    }
}
