//! The kinds of identifiers that are found.

use std::fmt;

use terms::Category;

macro_rules! kinds {
    ($( $(#[$doc:meta])* $name:ident = $word:literal : $category:ident ),+ $(,)?) => {
        /// A kind of identifier.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $( $(#[$doc])* $name ),+ }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Kind] = &[ $( Kind::$name ),+ ];

            /// The one spelling of the kind.
            pub fn name(self) -> &'static str {
                match self { $( Kind::$name => $word ),+ }
            }

            /// The kind of data that an identifier of this kind is.
            pub fn category(self) -> Category {
                match self { $( Kind::$name => Category::$category ),+ }
            }
        }
    };
}

kinds! {
    /// An e-mail address.
    Email = "email": IdentityBasic,
    /// A telephone number.
    Phone = "phone": IdentityBasic,
    /// An international bank account number (ISO 13616).
    Iban = "iban": Financial,
    /// A payment card number (ISO/IEC 7812).
    Card = "card": Financial,
    /// An IPv4 or IPv6 address.
    Ip = "ip": OnlineId,
    /// A MAC address (IEEE 802).
    Mac = "mac": OnlineId,
    /// A URL with a user or a secret in it.
    UrlCredential = "url_credential": TradeSecret,
    /// A key or token for a programming interface.
    ApiKey = "api_key": TradeSecret,
    /// A private key in PEM or a like form.
    PrivateKey = "private_key": TradeSecret,
    /// A date of birth.
    BirthDate = "birth_date": IdentityBasic,
    /// Geographic coordinates.
    Coordinates = "coordinates": LocationPrecise,
    /// A national identity, personal, social security or health insurance number.
    NationalId = "national_id": GovId,
    /// A tax number of a person.
    TaxId = "tax_id": GovId,
    /// A patient or health insurance number.
    HealthId = "health_id": Health,
    /// A passport or driving license number.
    TravelDocument = "travel_document": GovId,
    /// A person's name.
    Person = "person": IdentityBasic,
    /// A postal address.
    Address = "address": IdentityBasic,
    /// The name of an organization.
    Organization = "organization": IdentityBasic,
    /// A word that the operator wants replaced, of no kind above.
    Term = "term": TradeSecret,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
