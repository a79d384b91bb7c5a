use std::fs;
use std::sync::Barrier;
use std::thread;

use super::*;

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn replace_writes_the_whole_file_and_leaves_nothing_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.json");
    replace(&path, b"first, and longer").unwrap();
    replace(&path, b"second").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"second");
    assert_eq!(names(dir.path()), ["a.json"]);
}

#[test]
#[cfg(unix)]
fn a_replaced_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.json");
    fs::write(&path, "open").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let warning = warn_if_readable_by_others(&path).unwrap();
    assert!(
        warning.contains("mode 0644") && warning.contains("chmod 600"),
        "{warning}"
    );

    replace(&path, b"closed").unwrap();
    assert_eq!(mode(&path), 0o600);
    assert_eq!(warn_if_readable_by_others(&path), None);
    assert_eq!(warn_if_readable_by_others(&dir.path().join("none")), None);
}

#[test]
#[cfg(unix)]
fn a_symbolic_link_stays_and_its_target_is_replaced() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let real = elsewhere.path().join("real.json");
    let link = dir.path().join("link.json");
    let chain = dir.path().join("chain.json");
    symlink(&real, &link).unwrap();
    symlink("link.json", &chain).unwrap();

    replace(&chain, b"through two links, to a file that was not there").unwrap();
    replace(&link, b"new").unwrap();
    assert_eq!(fs::read(&real).unwrap(), b"new");
    assert!(link.is_symlink() && chain.is_symlink());

    let held = FileLock::exclusive(&chain).unwrap();
    assert!(
        FileLock::try_exclusive(&real).unwrap().is_none(),
        "one file, one lock"
    );
    drop(held);

    let circle = dir.path().join("circle");
    symlink(&circle, &circle).unwrap();
    let error = replace(&circle, b"").unwrap_err().to_string();
    assert!(
        error.contains("circle") && error.contains("symbolic links"),
        "{error}"
    );
}

#[test]
fn a_failed_replace_names_the_path_and_keeps_the_old_file() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("no-such-folder").join("a.json");
    let error = replace(&missing, b"new").unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    assert!(error.to_string().contains("no-such-folder"), "{error}");

    let folder = dir.path().join("a-folder");
    fs::create_dir_all(folder.join("inside")).unwrap();
    assert!(replace(&folder, b"new").is_err());
    assert_eq!(names(dir.path()), ["a-folder"], "no temporary file is left");
}

#[test]
fn a_reader_sees_an_old_or_a_new_file_and_nothing_between() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.json");
    let [old, new] = [vec![b'o'; 200_000], vec![b'n'; 300_000]];
    replace(&path, &old).unwrap();
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 0..20 {
                replace(&path, if round % 2 == 0 { &new } else { &old }).unwrap();
            }
        });
        while !writer.is_finished() {
            let seen = fs::read(&path).unwrap();
            assert!(seen == old || seen == new, "{} bytes", seen.len());
        }
    });
}

#[test]
fn sweep_removes_what_a_killed_writer_left_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.json");
    for name in [
        "a.json",
        ".a.json.x1.tmp",
        ".a.json.lock",
        ".b.json.x1.tmp",
        "a.json.tmp",
    ] {
        fs::write(dir.path().join(name), "").unwrap();
    }
    sweep(&path).unwrap();
    let mut left = names(dir.path());
    left.sort();
    assert_eq!(
        left,
        [".a.json.lock", ".b.json.x1.tmp", "a.json", "a.json.tmp"]
    );
}

#[test]
fn a_lock_keeps_others_out_until_it_falls() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.json");
    let held = FileLock::exclusive(&path).unwrap();
    assert!(FileLock::try_exclusive(&path).unwrap().is_none());
    assert!(
        FileLock::try_exclusive(&dir.path().join("b.json"))
            .unwrap()
            .is_some()
    );
    replace(&path, b"a new identity").unwrap();
    assert!(FileLock::try_exclusive(&path).unwrap().is_none());
    drop(held);
    assert!(FileLock::try_exclusive(&path).unwrap().is_some());
}

#[test]
fn holders_of_a_lock_take_turns() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("count");
    replace(&path, b"0").unwrap();
    let start = Barrier::new(8);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                for _ in 0..5 {
                    let _turn = FileLock::exclusive(&path).unwrap();
                    let count: u32 = fs::read_to_string(&path).unwrap().parse().unwrap();
                    replace(&path, (count + 1).to_string().as_bytes()).unwrap();
                }
            });
        }
    });
    assert_eq!(fs::read_to_string(&path).unwrap(), "40");
}

#[test]
#[cfg(unix)]
fn a_private_folder_is_made_with_its_parents_and_an_existing_one_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a").join("b");
    create_private_dir(&path).unwrap();
    create_private_dir(&path).unwrap();
    assert_eq!(mode(&path), 0o700);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
}
