//! Facts hold what files, programs and the system said: their texts are searched for secrets too.

use super::Redactor;
use crate::evidence::Observation;
use serde_json::Value;

/// Members that are words of our own: no text of anyone else's.
const OWN_WORDS: &[&str] = &["what", "kind", "form", "source", "rule", "connection"];

impl Redactor {
    /// The fact as it may be kept.
    pub fn fact(&self, observation: Observation) -> Observation {
        let Ok(value) = serde_json::to_value(&observation) else {
            return observation;
        };
        // Numbers, addresses and our own words are left as they are, so it reads back.
        serde_json::from_value(self.searched(value)).unwrap_or(observation)
    }

    fn searched(&self, value: Value) -> Value {
        match value {
            Value::String(text) => self.text(&text).into(),
            Value::Array(items) => items.into_iter().map(|item| self.searched(item)).collect(),
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| match OWN_WORDS.contains(&name.as_str()) {
                    true => (name, value),
                    false => {
                        let value = self.searched(value);
                        (name, value)
                    }
                })
                .collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Redactor;
    use crate::evidence::{Exec, FileFault, FileRead, Observation};
    use crate::secret::Secret;

    #[test]
    fn what_a_file_or_a_program_said_is_searched() {
        let redactor = Redactor::default();
        redactor.learn(&Secret::new("Hunter2-canary"));
        let file = Observation::File(FileRead {
            path: "/etc/kubernetes/azure.json".into(),
            shown: serde_json::Map::new(),
            fault: Some(FileFault::Malformed(
                "invalid type: string \"Hunter2-canary\", expected a map".into(),
            )),
        });
        let exec = Observation::Exec(Exec {
            program: "acr-credential-provider".into(),
            arguments: vec![
                "--password=Sup3rsecret-x".into(),
                "/etc/kubernetes/azure.json".into(),
            ],
            code: Some(1),
            fault: None,
            stderr: String::new(),
            elapsed_ms: 1.5,
        });
        let shown = |one| serde_json::to_string(&redactor.fact(one)).unwrap();
        let (file, exec) = (shown(file), shown(exec));
        assert!(
            file.contains("malformed") && !file.contains("Hunter2"),
            "{file}"
        );
        assert!(
            exec.contains("/etc/kubernetes/azure.json") && !exec.contains("Sup3r"),
            "{exec}"
        );
    }
}
