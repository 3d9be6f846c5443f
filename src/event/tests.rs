use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_text_is_read(text in "\\PC{0,400}") {
        let _ = read(&text);
    }

    #[test]
    fn any_mixture_of_what_clients_say_is_read(pieces in proptest::collection::vec(pieces(), 0..40)) {
        let _ = read(&pieces.concat());
    }
}

fn pieces() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("https://r.azurecr.io/oauth2/token?scope=repository%3Aa%2Fb%3Apull&service=r.azurecr.io".to_owned()),
        Just("failed to fetch anonymous token: unexpected status: 401 Unauthorized".to_owned()),
        Just("[rpc error: code = NotFound desc = ".to_owned()),
        Just("image \"r.azurecr.io/é:1\"".to_owned()),
        Just("AADSTS".to_owned()),
        Just("\\\\u00".to_owned()),
        Just("%3".to_owned()),
        Just("\u{1b}[".to_owned()),
        Just("{\"errors\":[".to_owned()),
        Just("\n".to_owned()),
        "\\PC{0,12}",
    ]
}
