//! Entra's errors by number: `AADSTS700016` is `700016`. What each means, and what to change.
//!
//! The numbers are public (learn.microsoft.com, "Microsoft Entra authentication and authorization error
//! codes"); the words are ours. Which rule speaks of a number is the rule's business: what none of them
//! names is `unexplained`, with the words of this table.

use crate::evidence::Transaction;
use serde_json::Value;

/// One number of Entra's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::findings) struct Code {
    /// As it is printed after `AADSTS`.
    pub number: &'static str,
    /// What it means, as a clause.
    pub meaning: &'static str,
    /// What to change, as a clause.
    pub change: &'static str,
    /// Who can change it.
    pub who: &'static str,
}

const CALLER: &str = "whoever configured this client";
const APPLICATION: &str = "owner of the application";
const DIRECTORY: &str = "Cloud Application Administrator of the tenant";
const POLICY: &str = "Conditional Access Administrator of the tenant";
const NOBODY: &str = "nobody: it passes";

const fn code(
    number: &'static str,
    meaning: &'static str,
    change: &'static str,
    who: &'static str,
) -> Code {
    Code {
        number,
        meaning,
        change,
        who,
    }
}

/// Every number that a pull has been seen to meet.
pub(in crate::findings) const CODES: &[Code] = &[
    code(
        "7000215",
        "the client secret is wrong",
        "store the secret's value, not its id",
        APPLICATION,
    ),
    code(
        "7000222",
        "the client secret has expired",
        "make a new secret and put it into every copy",
        APPLICATION,
    ),
    code(
        "7000112",
        "the application is disabled in this tenant",
        "let its service principal sign in again",
        DIRECTORY,
    ),
    code(
        "7000218",
        "neither a secret nor an assertion came with the request",
        "give the client its secret or its federated token",
        CALLER,
    ),
    code(
        "700016",
        "this tenant has no application with that id",
        "correct the tenant or the client id",
        CALLER,
    ),
    code(
        "90002",
        "there is no such tenant in this cloud",
        "correct the tenant id, or ask the other cloud's authority",
        CALLER,
    ),
    code(
        "900382",
        "an application of one cloud was asked for in another",
        "ask the authority of the application's own cloud",
        CALLER,
    ),
    code(
        "900432",
        "an application of one cloud was asked for in another",
        "ask the authority of the application's own cloud",
        CALLER,
    ),
    code(
        "90038",
        "the tenant belongs to a national cloud",
        "ask that cloud's authority",
        CALLER,
    ),
    code(
        "500011",
        "the audience has no service principal in this tenant",
        "ask for https://containerregistry.azure.net",
        CALLER,
    ),
    code(
        "50001",
        "the audience is not there, or disabled in this tenant",
        "ask for https://containerregistry.azure.net",
        CALLER,
    ),
    code(
        "70011",
        "the scope asked for is malformed",
        "ask for https://containerregistry.azure.net/.default, and for nothing else",
        CALLER,
    ),
    code(
        "1002012",
        "an application may only ask for a scope that ends in /.default",
        "ask for https://containerregistry.azure.net/.default",
        CALLER,
    ),
    code(
        "70021",
        "no federated credential of the application fits the assertion",
        "make one with the assertion's issuer, subject and audience",
        APPLICATION,
    ),
    code(
        "700211",
        "no federated credential has the assertion's issuer",
        "make one with that issuer",
        APPLICATION,
    ),
    code(
        "700212",
        "no federated credential has the assertion's audience",
        "make one with that audience, or have the assertion made for the usual one",
        APPLICATION,
    ),
    code(
        "700213",
        "no federated credential has the assertion's subject",
        "make one with that subject, letter by letter",
        APPLICATION,
    ),
    code(
        "7002131",
        "no federated credential fits the assertion",
        "make one with the assertion's issuer, subject and audience",
        APPLICATION,
    ),
    code(
        "7002138",
        "no federated credential fits the assertion",
        "make one with the assertion's issuer, subject and audience",
        APPLICATION,
    ),
    code(
        "700024",
        "the assertion is outside the time it is valid for",
        "take a new assertion just before it is used",
        CALLER,
    ),
    code(
        "700027",
        "the assertion's signature does not fit any key of the application or of its issuer",
        "let the issuer publish its present keys, or register the certificate that signs",
        APPLICATION,
    ),
    code(
        "50027",
        "the assertion is malformed",
        "let the file hold one whole token and nothing else",
        CALLER,
    ),
    code(
        "700229",
        "as a federated credential of another Entra application only its own (app-only) token counts",
        "present a token that the application got for itself, not for a user",
        CALLER,
    ),
    code(
        "53003",
        "conditional access forbids this token",
        "look the sign-in up in the tenant's sign-in log, by the correlation id, and decide whether the policy named there is meant for this principal in this place",
        POLICY,
    ),
    code(
        "530032",
        "a security policy of the tenant forbids this token",
        "look the sign-in up in the tenant's sign-in log, by the correlation id, and see which policy is named there",
        POLICY,
    ),
    code(
        "50079",
        "the user must first enrol for multifactor authentication",
        "sign in again interactively, or let a machine use an identity of its own",
        "the user who is signed in",
    ),
    code(
        "65001",
        "nobody has consented to this application's use of the audience",
        "consent to it for the tenant",
        DIRECTORY,
    ),
    code(
        "700082",
        "the user's sign-in has expired: it was not used for too long",
        "sign in again (az login)",
        "the user who is signed in",
    ),
    code(
        "70043",
        "the user's sign-in has expired by the tenant's sign-in frequency",
        "sign in again (az login)",
        "the user who is signed in",
    ),
    code(
        "50173",
        "the user's sign-in was revoked, by a new password for one",
        "sign in again (az login)",
        "the user who is signed in",
    ),
    code(
        "90033",
        "Entra is disturbed for the moment",
        "try again in some minutes",
        NOBODY,
    ),
    code(
        "90055",
        "the tenant asks Entra too often and is throttled",
        "wait, and share one token in place of asking at every pull",
        NOBODY,
    ),
    code(
        "50196",
        "the client asks for the same token over and over, and Entra breaks the loop",
        "wait, and let the client keep its token",
        CALLER,
    ),
];

/// The number of Entra's error, where the answer has one: of `error_codes`, else of the words.
pub(in crate::findings) fn aadsts(answer: &Transaction) -> Option<String> {
    let listed = answer.json().and_then(|body| {
        let first = body.get("error_codes")?.get(0).cloned()?;
        match first {
            Value::Number(number) => Some(number.to_string()),
            Value::String(text) => Some(text),
            _ => None,
        }
    });
    listed.or_else(|| in_words(answer.body.as_deref()?))
}

/// The number after the first `AADSTS` of a text.
pub(super) fn in_words(text: &str) -> Option<String> {
    let digits: String = text
        .split("AADSTS")
        .nth(1)?
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    (!digits.is_empty()).then_some(digits)
}

/// What the table says of an answer's number.
pub(in crate::findings) fn known(answer: &Transaction) -> Option<&'static Code> {
    let number = aadsts(answer)?;
    find(&number)
}

/// What the table says of a number.
pub(super) fn find(number: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.number == number)
}
