use super::*;
use crate::evidence::Pasted;
use crate::evidence::redact::Redactor;
use proptest::prelude::*;

/// The texts beside which it is written what they must come to.
fn texts() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/events");
    let paths = std::fs::read_dir(folder)
        .unwrap()
        .map(|one| one.unwrap().path());
    let texts: Vec<(String, String)> = paths
        .filter(|path| path.extension().is_some_and(|one| one == "txt"))
        .map(|path| {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            (path.display().to_string(), text)
        })
        .collect();
    assert!(texts.len() > 80);
    texts
}

#[test]
fn what_is_kept_of_a_text_reads_like_the_whole() {
    for (path, text) in texts() {
        let whole = read(&text);
        let kept = read_kept(&whole.said);
        assert_eq!(kept, whole, "{path}");
    }
}

#[test]
fn what_is_redacted_reads_like_the_whole() {
    for (path, text) in texts() {
        let said = read(&text).said;
        let from = path.clone();
        let redacted = Redactor::default().pasted_text(Pasted { from, said });
        assert_eq!(
            read_kept(&redacted.said).events,
            read(&text).events,
            "{path}"
        );
    }
}

#[test]
fn what_is_said_all_night_is_kept_once() {
    for (path, text) in texts() {
        let once = read(&text).said;
        let often = read(&format!("{text}\n\n").repeat(40)).said;
        assert!(
            often.len() <= 2 * once.len() + 2,
            "{path}: {} of {}",
            often.len(),
            once.len()
        );
    }
}

/// Counted, not timed: of twice the text twice is read, whatever it is made of.
#[test]
fn work_grows_with_the_text_and_no_faster() {
    let refusal = |number: usize| {
        format!(
            "Nov 23 20:00:07 aks-0 kubelet[1]: Failed to pull image \"r{number}.azurecr.io/a:1\": [rpc error: code = Unknown desc = \
             failed to fetch oauth token: unexpected status from GET request to \
             https://r{number}.azurecr.io/oauth2/token?scope=repository%3Aa%3Apull&service=r{number}.azurecr.io: 401 Unauthorized]\n"
        )
    };
    let shapes: [(&str, &dyn Fn(usize) -> String); 8] = [
        ("one refusal again and again", &|_| refusal(1)),
        ("another image each time", &refusal),
        ("one line", &|number| refusal(number).replace('\n', " ")),
        ("lines that a terminal broke", &|_| {
            format!("{}\n", "pull azurecr ".repeat(6))
        }),
        ("one list without an end", &|_| {
            "pull azurecr [rpc error, failed to, ".to_owned()
        }),
        ("escapes", &|_| "pull azurecr \\\\\\\"".to_owned()),
        ("addresses", &|_| {
            "pull https://r.azurecr.io/v2/a/manifests/1 ".to_owned()
        }),
        ("nothing of a pull", &|_| {
            "all is well here, nothing to see\n".to_owned()
        }),
    ];
    for (name, shape) in shapes {
        let work = |pieces: usize| {
            let text: String = (0..pieces).map(shape).collect();
            normal::work::taken();
            read(&text);
            normal::work::taken() as f64 / text.len() as f64
        };
        let (once, often) = (work(500), work(4000));
        assert!(once < 40.0, "{name}: {once} times");
        assert!(
            often <= once * 1.3 + 1.0,
            "{name}: {once} times, then {often} times"
        );
    }
}

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
