use super::*;

fn numbers(seed: usize, length: usize) -> Block {
    Block::F64((0..length).map(|at| (at * 7 + seed) as f64).collect())
}

fn keys(count: usize) -> Vec<Key> {
    (0..count).map(|index| Key::of(&("test", index))).collect()
}

fn open(root: &Path) -> Folder {
    Folder::open(root).expect("opens")
}

fn file_of(root: &Path) -> PathBuf {
    let files = open(root).files().expect("lists");
    assert_eq!(files.len(), 1);
    files[0].1.clone()
}

#[test]
fn what_a_job_gave_is_found_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("deep/store");
    let keys = keys(3);
    let store = open(&root);
    let made = vec![(keys[0], numbers(0, 10)), (keys[1], Block::Bytes(vec![]))];
    store.keep(made).expect("is kept");
    store.put(keys[2], numbers(2, 10));
    let again = open(&root);
    assert_eq!(again.found(), 1);
    assert_eq!(again.get(keys[0]).as_deref(), Some(&numbers(0, 10)));
    assert_eq!(again.get(keys[1]).as_deref(), Some(&Block::Bytes(vec![])));
    // what was not asked to be kept
    assert!(!again.has(keys[2]) && again.get(keys[2]).is_none());
    assert_eq!(again.take_notices(), []);
    again.discard(keys[0]);
    assert!(!again.has(keys[0]));
}

#[test]
fn others_are_seen_when_it_looks_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = keys(2);
    let (one, other) = (open(folder.path()), open(folder.path()));
    one.keep(vec![(keys[0], numbers(0, 3))]).expect("is kept");
    // the same job, done by both
    other.keep(vec![(keys[0], numbers(0, 3))]).expect("is kept");
    one.keep(vec![(keys[1], numbers(1, 3))]).expect("is kept");
    assert!(!other.has(keys[1]));
    other.look_again();
    assert_eq!(other.get(keys[1]).as_deref(), Some(&numbers(1, 3)));
}

#[test]
fn a_damaged_file_is_told_and_not_used() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [Damage; 5] = [
        |bytes| bytes.clear(),
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| *bytes.last_mut().expect("bytes") ^= 1,
        |bytes| bytes[40] ^= 1,
        // a list of blocks that would take all memory
        |bytes| bytes[26] = 0xff,
    ];
    let key = keys(1)[0];
    for (index, damage) in damages.iter().enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        open(root)
            .keep(vec![(key, numbers(0, 9))])
            .expect("is kept");
        let path = file_of(root);
        let mut bytes = std::fs::read(&path).expect("is there");
        damage(&mut bytes);
        std::fs::write(&path, bytes).expect("is written");
        let store = open(root);
        assert!(!store.has(key), "{index}");
        let told = store.take_notices();
        assert_eq!(told.len(), 1, "{index}");
        assert!(told[0].to_string().contains("1 damaged file"), "{told:?}");
        // computed again, it takes its place
        store.keep(vec![(key, numbers(0, 9))]).expect("is kept");
        let again = open(root);
        assert_eq!(again.get(key).as_deref(), Some(&numbers(0, 9)), "{index}");
        assert_eq!(again.take_notices(), [], "{index}");
    }
}

#[test]
fn a_file_that_changes_while_it_is_used_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = keys(1)[0];
    for length in [9, 1 << 20] {
        open(folder.path())
            .keep(vec![(key, numbers(0, length))])
            .expect("is kept");
        let store = open(folder.path());
        let path = file_of(folder.path());
        let mut bytes = std::fs::read(&path).expect("is there");
        *bytes.last_mut().expect("bytes") ^= 1;
        std::fs::write(&path, bytes).expect("is written");
        assert_eq!(store.get(key), None);
        assert!(!store.has(key));
        assert_eq!(store.take_notices().len(), 1);
    }
}

#[test]
fn jobs_of_another_version_are_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = keys(1)[0];
    let store = open(folder.path());
    store.keep(vec![(key, numbers(0, 9))]).expect("is kept");
    let path = file_of(folder.path());
    let mut bytes = std::fs::read(&path).expect("is there");
    bytes[9] ^= 1;
    std::fs::write(&path, bytes).expect("is written");
    let store = open(folder.path());
    assert!(!store.has(key));
    let told = store.take_notices();
    assert!(told.len() == 1 && told[0].to_string().contains("another version"));
}

#[test]
fn a_folder_of_other_files_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("thesis.tex"), "x").expect("is written");
    let refused = Folder::open(folder.path()).err().expect("is refused");
    assert!(refused.to_string().contains("holds other files"));
    let file = folder.path().join("thesis.tex");
    assert!(Folder::open(&file).is_err());
}

#[test]
fn memory_is_bounded_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let size = numbers(0, 1000).size();
    let store = Folder::with_memory(folder.path(), 3 * size).expect("opens");
    let keys = keys(20);
    for (index, &key) in keys.iter().enumerate() {
        match index % 2 {
            0 => store.put(key, numbers(index, 1000)),
            _ => (store.keep(vec![(key, numbers(index, 1000))])).expect("is kept"),
        }
    }
    let in_memory = |store: &Folder| {
        let state = store.lock();
        keys.iter().filter(|key| state.cache.has(**key)).count()
    };
    assert_eq!(in_memory(&store), 3);
    for (index, &key) in keys.iter().enumerate() {
        assert!(store.has(key));
        assert_eq!(store.get(key).as_deref(), Some(&numbers(index, 1000)));
        assert_eq!(in_memory(&store), 3);
    }
    // replaced after it was put out of memory
    store.put(keys[0], numbers(99, 1000));
    for &key in &keys[10..] {
        assert!(store.get(key).is_some());
    }
    assert_eq!(store.get(keys[0]).as_deref(), Some(&numbers(99, 1000)));
    drop(store);
    let left = std::fs::read_dir(folder.path()).expect("a folder");
    let is_swap = |path: &Path| path.extension().is_some_and(|ending| ending == SWAP);
    assert!(!left.flatten().any(|entry| is_swap(&entry.path())));
}
