//! How a record's fields become JSON values and come back, spelt out type by type.
//!
//! Entries are signed, so their bytes must not follow a refactoring: records are declared with [`record!`],
//! whose field names are the names in the ledger, and every value goes through [`Wire`]. No domain type
//! derives a serialiser for the ledger.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::field::Field;
use crate::ids::{ClaimRef, Digest, EntryRef, ItemId, LogId, MemberKey, PackId, RowRef, SubjectId};

/// A value that is not what its field calls for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{attempted}")]
pub struct WireError {
    attempted: String,
}

impl WireError {
    /// From what was attempted on what: `read an item id from "x"`.
    pub fn new(attempted: impl Into<String>) -> Self {
        WireError { attempted: attempted.into() }
    }
}

/// A type with one spelling in the ledger.
pub trait Wire: Sized {
    /// `None` = the field is left out. Never `null`.
    fn to_value(&self) -> Option<Value>;
    /// From the field's value; `None` when the field is not there.
    fn from_value(value: Option<&Value>) -> Result<Self, WireError>;
}

/// The fields of an entry by name, before typing.
pub type Fields = BTreeMap<String, Field<Value>>;

/// Fields of an entry by name, however they are kept.
pub trait Lookup {
    /// The field of this name.
    fn field(&self, name: &str) -> Option<&Field<Value>>;
}

impl Lookup for Fields {
    fn field(&self, name: &str) -> Option<&Field<Value>> {
        self.get(name)
    }
}

fn expected<T>(what: &str, value: Option<&Value>) -> Result<T, WireError> {
    let shown: String = match value {
        Some(value) => value.to_string().chars().take(60).collect(),
        None => "nothing".into(),
    };
    Err(WireError::new(format!("read {what} from {shown}")))
}

impl Wire for String {
    fn to_value(&self) -> Option<Value> {
        Some(Value::String(self.clone()))
    }
    fn from_value(value: Option<&Value>) -> Result<Self, WireError> {
        match value {
            Some(Value::String(text)) => Ok(text.clone()),
            other => expected("text", other),
        }
    }
}

impl Wire for u64 {
    fn to_value(&self) -> Option<Value> {
        Some(Value::from(*self))
    }
    fn from_value(value: Option<&Value>) -> Result<Self, WireError> {
        value.and_then(Value::as_u64).map_or_else(|| expected("a whole number", value), Ok)
    }
}

impl Wire for u32 {
    fn to_value(&self) -> Option<Value> {
        Some(Value::from(*self))
    }
    fn from_value(value: Option<&Value>) -> Result<Self, WireError> {
        u64::from_value(value)?.try_into().or_else(|_| expected("a number below 2^32", value))
    }
}

impl Wire for bool {
    fn to_value(&self) -> Option<Value> {
        Some(Value::from(*self))
    }
    fn from_value(value: Option<&Value>) -> Result<Self, WireError> {
        value.and_then(Value::as_bool).map_or_else(|| expected("yes or no", value), Ok)
    }
}

impl Wire for Value {
    fn to_value(&self) -> Option<Value> {
        Some(self.clone())
    }
    fn from_value(value: Option<&Value>) -> Result<Self, WireError> {
        value.cloned().map_or_else(|| expected("a value", None), Ok)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn to_value(&self) -> Option<Value> {
        self.as_ref().and_then(Wire::to_value)
    }
    fn from_value(value: Option<&Value>) -> Result<Self, WireError> {
        value.map(|value| T::from_value(Some(value))).transpose()
    }
}

/// An empty list is left out.
impl<T: Wire> Wire for Vec<T> {
    fn to_value(&self) -> Option<Value> {
        (!self.is_empty()).then(|| self.iter().filter_map(Wire::to_value).collect())
    }
    fn from_value(value: Option<&Value>) -> Result<Self, WireError> {
        match value {
            None => Ok(Vec::new()),
            Some(Value::Array(list)) => list.iter().map(|v| T::from_value(Some(v))).collect(),
            other => expected("a list", other),
        }
    }
}

/// Ids are spelt as they print.
macro_rules! wire_as_text {
    ($($name:ty),*) => {$(
        impl Wire for $name {
            fn to_value(&self) -> Option<Value> {
                Some(Value::String(self.to_string()))
            }
            fn from_value(value: Option<&Value>) -> Result<Self, WireError> {
                String::from_value(value)?.parse()
            }
        }
    )*};
}
wire_as_text!(Digest, ItemId, PackId, LogId, MemberKey, SubjectId, EntryRef, RowRef, ClaimRef);

/// A member of a record: how it becomes a field of an entry, and comes back.
pub trait Member: Sized {
    /// May it lie under a subject's key?
    const SEALABLE: bool;
    /// The value to disclose; `None` leaves the field out.
    fn to_field(&self) -> Option<Value>;
    /// From what the fold has.
    fn from_field(field: Option<&Field<Value>>) -> Result<Self, WireError>;
}

impl<T: Wire> Member for T {
    const SEALABLE: bool = false;
    fn to_field(&self) -> Option<Value> {
        self.to_value()
    }
    fn from_field(field: Option<&Field<Value>>) -> Result<Self, WireError> {
        match field {
            None => T::from_value(None),
            Some(Field::Present(value)) => T::from_value(Some(value)),
            Some(withheld) => Err(WireError::new(format!("read an open field that is {withheld:?}"))),
        }
    }
}

impl<T: Wire> Member for Field<T> {
    const SEALABLE: bool = true;
    fn to_field(&self) -> Option<Value> {
        self.get().and_then(Wire::to_value)
    }
    fn from_field(field: Option<&Field<Value>>) -> Result<Self, WireError> {
        Ok(match field {
            None => Field::Present(T::from_value(None)?),
            Some(Field::Present(value)) => Field::Present(T::from_value(Some(value))?),
            Some(Field::Sealed(subject)) => Field::Sealed(*subject),
            Some(Field::Erased(subject)) => Field::Erased(*subject),
        })
    }
}

/// Name of a field in the ledger: its own, unless the record says another.
macro_rules! spelt {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}
pub(crate) use spelt;

/// Declares a record: a struct, its way into fields and back, and which of its fields may be sealed. A field whose name
/// every entry has already (`kind`, `time`, `signer`) is spelt otherwise in the ledger: `kind: String as "form"`.
macro_rules! record {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty $(as $spelt:literal)?,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        #[allow(missing_docs, reason = "a field whose name says all keeps it that way")]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }

        impl $name {
            /// Name, value, and whether it may lie under a subject's key; absent fields are left out.
            pub fn to_fields(&self) -> Vec<(&'static str, serde_json::Value, bool)> {
                let mut fields = Vec::new();
                $(if let Some(value) = $crate::record::Member::to_field(&self.$field) {
                    fields.push(($crate::record::spelt!($field $($spelt)?), value, <$type as $crate::record::Member>::SEALABLE));
                })*
                fields
            }

            /// From the fields of an entry; fields of a later version are passed over.
            pub fn from_fields(fields: &impl $crate::record::Lookup) -> Result<Self, $crate::record::WireError> {
                Ok($name { $($field: $crate::record::Member::from_field(fields.field($crate::record::spelt!($field $($spelt)?)))
                    .map_err(|e| {
                        let name = $crate::record::spelt!($field $($spelt)?);
                        $crate::record::WireError::new(format!("{e} (field {name})"))
                    })?,)* })
            }
        }
    };
}
pub(crate) use record;

/// Declares a closed list of words: an enum, its spelling in the ledger, and the list of all.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident = $spelt:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$word_doc])* $word,)* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &[$name] = &[$($name::$word,)*];

            /// As spelt in the ledger and in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$word => $spelt,)* }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::record::WireError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($spelt => Ok($name::$word),)*
                    _ => {
                        let known: Vec<&str> = Self::ALL.iter().map(|w| w.as_str()).collect();
                        Err($crate::record::WireError::new(format!("read one of {} from {text:?}", known.join(", "))))
                    }
                }
            }
        }
        impl $crate::record::Wire for $name {
            fn to_value(&self) -> Option<serde_json::Value> {
                Some(serde_json::Value::String(self.as_str().into()))
            }
            fn from_value(value: Option<&serde_json::Value>) -> Result<Self, $crate::record::WireError> {
                <String as $crate::record::Wire>::from_value(value)?.parse()
            }
        }
    };
}
pub(crate) use words;
