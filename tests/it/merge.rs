//! `merge`: the recordings of many nodes, outliers first.

#[path = "../../examples/fleet/generate.rs"]
mod generate;

use crate::probe::{Run, folder, repository, run, run_with_input};
use generate::{BAD, POOLS, recording};
use std::path::Path;

fn fleet(count: usize) -> String {
    let mut bytes = Vec::new();
    generate::write(count, &mut bytes).expect("it is written");
    String::from_utf8(bytes).expect("UTF-8")
}

fn json(text: &str) -> serde_json::Value {
    run_with_input(&["merge", "-", "--format", "json"], text).json()
}

fn recorded(rule: &str) -> String {
    let path = repository(&format!("testdata/recordings/{rule}.jsonl"));
    path.to_str().expect("a path").to_owned()
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("it is written");
    path.to_str().expect("a path").to_owned()
}

fn flat(run: &Run) -> String {
    run.stdout.replace("\n  ", " ")
}

#[test]
fn bad_pools_of_a_fleet_are_named_first() {
    let text = fleet(10 * POOLS);
    let table = run_with_input(&["merge", "-"], &text);
    assert_eq!(table.code, 1, "{}", table.stderr);
    let answer = flat(&table);
    let answer = answer.lines().next().expect("the answer");
    assert!(
        answer.starts_with("× 3 of 40 node pools are stopped on every node: pool07 (no-role-assignment, 10 nodes), pool19 (firewall-ip, 10 nodes) and pool31 (imds-unreachable, 10 nodes)."),
        "{answer}"
    );
    let rows: Vec<&str> = table
        .stdout
        .lines()
        .skip_while(|line| !line.trim_start().starts_with("pool "))
        .skip(1)
        .take(4)
        .collect();
    for (row, (pool, cause, _)) in rows.iter().zip(BAD) {
        let pool = format!("pool{pool:02}");
        assert!(row.contains(&pool) && row.contains(cause), "{row}");
    }
    assert!(rows[3].contains("37 others") && rows[3].contains("√ granted"));
    let merged = json(&text);
    assert_eq!(merged["schema"], "acr-probe.merge/1");
    assert_eq!(merged["verdict"], "denied");
    assert_eq!(merged["runs"]["read"], 400);
    assert_eq!(merged["runs"]["granted"], 370);
    assert_eq!(merged["runs"]["denied"], 20);
    assert_eq!(merged["runs"]["inconclusive"], 10);
    let pools = merged["pools"].as_array().expect("pools");
    assert_eq!(pools.len(), POOLS);
    for (pool, (number, cause, _)) in pools.iter().zip(BAD) {
        assert_eq!(pool["pool"], format!("pool{number:02}"));
        assert_eq!((&pool["nodes"], &pool["stopped"]), (&10.into(), &10.into()));
        assert_eq!(pool["outcomes"][0]["cause"], cause);
    }
    let nodes = merged["nodes"].as_array().expect("nodes");
    let outliers = nodes.iter().take_while(|node| node["outlier"] == true);
    assert_eq!(outliers.count(), 30);
    assert!(nodes[30..].iter().all(|node| node["outlier"] == false));
}

#[test]
fn the_order_of_files_and_lines_changes_nothing() {
    let texts: Vec<String> = (0..80).map(recording).collect();
    let forth = texts.concat();
    let back: String = texts.iter().rev().map(String::as_str).collect();
    // Line by line, each from another run, as `kubectl logs -f` mixes them.
    let lines: Vec<Vec<&str>> = texts.iter().map(|text| text.lines().collect()).collect();
    let longest = lines.iter().map(Vec::len).max().expect("lines");
    let mut mixed = String::new();
    for at in 0..longest {
        for (node, own) in lines.iter().enumerate() {
            let Some(line) = own.get(at) else { continue };
            mixed += &format!("[pod/p-{node}/probe] 2026-11-24T02:13:06.12Z {line}\n");
        }
    }
    for format in ["table", "json", "markdown"] {
        let [one, two, three] = [&forth, &back, &mixed]
            .map(|text| run_with_input(&["merge", "-", "--format", format], text).stdout);
        assert_eq!(one, two, "{format}");
        assert_eq!(one, three, "{format}");
    }
}

#[test]
fn one_odd_node_is_named() {
    let mut texts: Vec<String> = (0..20).map(|node| recording(node * POOLS)).collect();
    let odd = recording(7)
        .replace("pool07", "pool00")
        .replace("vmss000000", "vmss000099");
    texts.push(odd);
    let table = run_with_input(&["merge", "-"], &texts.concat());
    assert_eq!(table.code, 1);
    assert!(
        flat(&table).starts_with(
            "× 1 of 21 nodes is refused: aks-pool00-31741723-vmss000099 (no-role-assignment)."
        ),
        "{}",
        table.stdout
    );
    let merged = json(&texts.concat());
    assert_eq!(merged["nodes"][0]["name"], "aks-pool00-31741723-vmss000099");
    assert_eq!(
        merged["nodes"][0]["outcomes"][0]["registry"],
        "acrwizdev.azurecr.io"
    );
}

#[test]
fn the_exit_code_is_the_worst() {
    let [granted, denied, unreachable] = [
        "no-role-assignment.silent",
        "no-role-assignment.fires",
        "imds-unreachable.fires",
    ]
    .map(recorded);
    let code = |files: &[&str]| run(&[&["merge"], files].concat()).code;
    assert_eq!(code(&[&granted]), 0);
    assert_eq!(code(&[&granted, &unreachable]), 3);
    assert_eq!(code(&[&unreachable, &denied, &granted]), 1);
    assert_eq!(code(&[&granted, "/nonexistent"]), 0);
    assert_eq!(code(&["/nonexistent"]), 2);
}

#[test]
fn without_names_of_nodes_the_files_are_named() {
    let files = [
        "no-role-assignment.silent",
        "no-role-assignment.fires",
        "firewall-ip.fires",
    ]
    .map(recorded);
    let table = run(&["merge", &files[0], &files[1], &files[2], "--format", "json"]);
    let merged = table.json();
    let names: Vec<&str> = merged["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .filter_map(|node| node["name"].as_str())
        .collect();
    assert_eq!(names.len(), 3);
    assert!(
        files.iter().all(|file| names.contains(&file.as_str())),
        "{names:?}"
    );
    assert!(
        merged["answer"]
            .as_str()
            .expect("text")
            .contains("2 of 3 runs are refused")
    );
}

#[test]
fn what_is_damaged_is_counted_and_named() {
    let folder = folder();
    let path = folder.path();
    let damaged =
        recording(1).replacen("\"line\":\"transaction\"", "\"line\":\"transaction\",,", 1);
    write(path, "1-whole.ndjson", &recording(0));
    write(path, "2-damaged.ndjson", &damaged);
    write(path, "3-other.txt", "nothing of ours\n");
    let lines = recording(2);
    let cut = lines.trim_end().rfind('\n').expect("lines");
    write(path, "4-cut.ndjson", &lines[..=cut]);
    write(path, ".hidden", "nothing of ours\n");
    let place = path.to_str().expect("a path");
    let table = run(&["merge", place]);
    assert_eq!(table.code, 0, "{}{}", table.stdout, table.stderr);
    let text = flat(&table);
    for said in [
        "1 run was cut off, without a footer: aks-pool02-31741723-vmss000000",
        "2 recordings left out as damaged",
        "2-damaged.ndjson, node aks-pool01-31741723-vmss000000: line ",
        "3-other.txt: this is not a recording of acr-probe",
        "granted: of 2 nodes 2 granted, 0 denied, 0 inconclusive; 2 damaged",
    ] {
        assert!(text.contains(said), "{said}:\n{}", table.stdout);
    }
    assert!(!text.contains(".hidden"));
    let merged = run(&["merge", place, "--format", "json"]).json();
    assert_eq!(merged["damaged"][0]["run"], "0000000000000001");
    assert_eq!(merged["cut_off"][0], "aks-pool02-31741723-vmss000000");
}

#[test]
fn what_was_cut_off_before_its_answer_is_not_granted() {
    let text = recording(0);
    let few: String = text
        .lines()
        .take(8)
        .map(|line| format!("{line}\n"))
        .collect();
    let merged = run_with_input(&["merge", "-"], &few);
    assert_eq!(merged.code, 3, "{}", merged.stdout);
    assert!(merged.stdout.contains("cut off"), "{}", merged.stdout);
    assert!(!merged.stdout.contains("unexplained"), "{}", merged.stdout);
}

#[test]
fn nothing_usable_is_one_sentence() {
    for (arguments, input) in [
        (&["merge", "-"][..], "I1124 nothing of ours\n"),
        (&["merge", "-"], ""),
        (&["merge", "/nonexistent"], ""),
        (&["merge", "-", "-"], ""),
        (
            &["merge", "-"],
            "{\"line\":\"header\",\"run\":\"a\",\"schema\":\"acr-probe.recording/9\"}\n",
        ),
    ] {
        let merged = run_with_input(arguments, input);
        assert_eq!(merged.code, 2, "{arguments:?}");
        assert!(merged.stdout.is_empty());
        assert_eq!(merged.stderr.lines().count(), 1, "{}", merged.stderr);
    }
}

#[test]
fn every_width_and_sign() {
    let text = fleet(2 * POOLS);
    for width in [40, 60, 80, 100, 200] {
        let folder = folder();
        let file = write(folder.path(), "f", &text);
        let mut command = crate::probe::command(&["merge", &file, "--ascii"]);
        let output = command.env("COLUMNS", width.to_string()).output();
        let text = String::from_utf8(output.expect("it ends").stdout).expect("UTF-8");
        assert!(text.is_ascii(), "{text}");
        let widest = text.lines().map(str::len).max().unwrap_or_default();
        assert!(widest <= width, "{width}:\n{text}");
    }
}

#[test]
fn markdown_has_both_tables_and_no_markup_of_others() {
    let text = recording(7).replace("pool07", "<b>|pool\\u001b[31m");
    let both = recording(0) + &text;
    let merged = run_with_input(&["merge", "-", "--format", "markdown"], &both);
    assert_eq!(merged.code, 1);
    for said in [
        "### Registry × node pool",
        "### Node × principal",
        "| × no-role-assignment",
        "&lt;b&gt;\\|pool",
    ] {
        assert!(merged.stdout.contains(said), "{said}:\n{}", merged.stdout);
    }
    assert!(!merged.stdout.contains('\u{1b}'));
}
