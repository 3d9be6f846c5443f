//! Shell completions and the manual page, from the definition that parses the command line.

use super::Cli;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

/// The completion script of a shell.
pub fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "acr-probe", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// One page in roff, with a section for each command.
pub fn manual() -> String {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut page = rendered(&command, |man, text| man.render(text));
    let shown = command.get_subcommands().filter(|one| !one.is_hide_set());
    for one in shown {
        let own_page = format!("acr\\-probe\\-{}(1)", one.get_name().replace('-', "\\-"));
        page = page.replace(&own_page, &format!("acr\\-probe {}", one.get_name()));
        page.push_str(&section(one));
    }
    page.replace(" EXTRA\n", " EXAMPLES\n")
        .replace("Examples:\n", "")
}

fn section(command: &Command) -> String {
    let parts = rendered(command, |man, text| {
        man.render_synopsis_section(text)?;
        man.render_description_section(text)?;
        if command.get_opts().next().is_some() || command.get_positionals().next().is_some() {
            man.render_options_section(text)?;
        }
        man.render_extra_section(text)
    });
    // Within the page, a command's own headings are one level lower.
    let heading = command.get_bin_name().unwrap_or(command.get_name());
    format!(
        ".SH \"{}\"\n{}",
        heading.to_uppercase(),
        parts.replace(".SH ", ".SS ")
    )
}

fn rendered(
    command: &Command,
    render: impl FnOnce(&Man, &mut Vec<u8>) -> std::io::Result<()>,
) -> String {
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = render(&Man::new(command.clone()), &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_both() {
        let page = manual();
        let script = completions(Shell::Bash);
        for command in Cli::command().get_subcommands() {
            let name = command.get_name();
            let heading = format!(".SH \"ACR-PROBE {}\"\n", name.to_uppercase());
            assert_eq!(page.contains(&heading), !command.is_hide_set(), "{heading}");
            assert!(command.is_hide_set() || script.contains(name), "{name}");
        }
        assert!(page.contains("no\\-experiments") && !page.contains("(1)"));
    }

    #[test]
    fn every_shell_has_its_own() {
        let shells = [
            Shell::Bash,
            Shell::Zsh,
            Shell::Fish,
            Shell::PowerShell,
            Shell::Elvish,
        ];
        let mut scripts = shells.map(completions).to_vec();
        scripts.dedup();
        assert_eq!(scripts.len(), shells.len());
    }
}
