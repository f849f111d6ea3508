//! The files at a glance: what is wrong comes first and is settled where it is said, and a line for each
//! network and region opens to its arrays.

use std::path::PathBuf;

use crate::bad_input::{npy, write};
use crate::page::{Page, case, files, larger_data};

const HTML: &[u8] = b"<!DOCTYPE html><html><body>404: not found</body></html>";

fn plain() -> Vec<PathBuf> {
    files(&case("plain"), &["activations", "rdm"])
}

/// So many RDMs of 40 stimuli behind one another.
fn stack(count: usize) -> Vec<u8> {
    let body: Vec<u8> = (0..count * 1600)
        .flat_map(|i| {
            let (matrix, row, column) = (i / 1600, i / 40 % 40, i % 40);
            let value = if row == column {
                0.0
            } else {
                0.5 + ((row * column + row + column + matrix) as f32).sin() / 3.0
            };
            value.to_le_bytes()
        })
        .collect();
    npy("<f4", &format!("({count}, 40, 40)"), &body)
}

async fn errors(page: &Page) -> i64 {
    let counted = page
        .ask("document.querySelectorAll('.messages li.error').length")
        .await;
    counted.as_i64().unwrap_or_default()
}

#[tokio::test]
async fn nothing_is_computed_until_the_user_goes_on_without_what_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&plain()).await;
    // added again: a notice
    page.add_files(&files(&case("plain"), &["rdm_W__sub-01"]))
        .await;
    page.wait_message("was added again").await;
    let lost = write(folder.path(), "activations_d__conv1.npy", HTML);
    page.add_files(&[lost]).await;
    page.wait_message("activations_d__conv1.npy").await;
    assert_eq!(errors(&page).await, 1);
    let red = "getComputedStyle(document.querySelector('.messages li.error > b')).color === 'rgb(163, 36, 28)'";
    assert_eq!(page.ask(red).await, true);
    assert!(
        page.text("#problems")
            .await
            .starts_with("1 error to settle")
    );
    assert!(!page.is_enabled("Run analysis").await);
    // notices are dismissed, errors are not
    page.press("Dismiss messages").await;
    page.wait("!document.querySelector('.messages').textContent.includes('was added again')")
        .await;
    assert_eq!(errors(&page).await, 1);
    assert!(!page.is_enabled("Run analysis").await);

    page.press("Go on without the file that cannot be read")
        .await;
    page.wait_message("and is left out").await;
    assert_eq!(errors(&page).await, 0);
    page.press("Run analysis").await;
    page.wait_results().await;
    page.wait_text("header .study", "3 networks").await;
    assert!(page.messages().await.contains("activations_d__conv1.npy"));
    page.close().await;
}

#[tokio::test]
async fn a_mended_file_settles_its_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = std::fs::read(case("plain").join("activations_b__conv1.npy")).expect("a fixture");
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&plain()).await;
    let file = write(folder.path(), "activations_d__conv1.npy", &whole[..200]);
    page.add_files(std::slice::from_ref(&file)).await;
    page.wait("document.querySelectorAll('.messages li.error').length === 1")
        .await;
    std::fs::write(&file, whole).expect("writes");
    page.add_files(&[file]).await;
    page.wait("document.querySelectorAll('.messages li.error').length === 0")
        .await;
    assert!(page.is_enabled("Run analysis").await);
    page.wait_text("header .study", "4 networks").await;
    page.close().await;
}

#[tokio::test]
async fn one_of_several_lost_files_can_be_left_out_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&plain()).await;
    let lost: Vec<PathBuf> = ["c__conv1.npy", "d__conv1.npy"]
        .map(|name| write(folder.path(), name, b""))
        .into();
    page.add_files(&lost).await;
    // the same of two files is one message, with both named
    page.wait("document.querySelectorAll('.messages > ul > li.error').length === 1")
        .await;
    for name in ["c__conv1.npy", "d__conv1.npy"] {
        page.wait_message(name).await;
    }
    assert_eq!(
        page.text("#problems").await,
        "2 errors to settle before the study can run"
    );
    page.press("Go on without it").await;
    page.wait_text("#problems", "1 error to settle").await;
    page.wait_text("#problems", "1 warning").await;
    assert!(!page.is_enabled("Run analysis").await);
    page.press("Go on without the file that cannot be read")
        .await;
    page.wait("![...document.querySelectorAll('button')].find(b => b.innerText === 'Run analysis').disabled").await;
    page.close().await;
}

#[tokio::test]
async fn a_stack_named_after_one_subject_asks_what_it_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&files(&case("plain"), &["activations"]))
        .await;
    let file = write(folder.path(), "rdm_V__sub-01.npy", &stack(3));
    page.add_files(std::slice::from_ref(&file)).await;
    page.wait_message("named after one subject").await;
    assert!(!page.is_enabled("Run analysis").await);
    // its row is with the message
    page.wait("!!document.querySelector('.messages .row select[aria-label=\"Role of rdm_V__sub-01.npy\"]')")
        .await;
    page.press("They are 3 subjects").await;
    page.wait_text("header .study", "3 subjects").await;
    assert_eq!(errors(&page).await, 0);
    assert!(page.is_enabled("Run analysis").await);

    // or their names are given
    page.press("Remove all files").await;
    page.wait_button("Remove").await;
    page.press("Remove").await;
    page.wait_results().await;
    page.add_files(&files(&case("plain"), &["activations"]))
        .await;
    page.add_files(&[file]).await;
    page.wait_message("named after one subject").await;
    let rename = "const s = document.querySelector('.messages input[aria-label=Subject]');
        s.value = 'ann, bob, eve'; s.dispatchEvent(new Event('change', {bubbles: true}))";
    page.driver.execute(rename, Vec::new()).await.expect("runs");
    page.wait_text("header .study", "3 subjects").await;
    assert_eq!(errors(&page).await, 0);
    page.close().await;
}

#[tokio::test]
async fn lines_say_how_stimuli_were_matched_and_name_whole_networks() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&plain()).await;
    page.wait_text(".files .networks", "by order").await;
    // closed lines have no rows
    assert_eq!(
        page.ask("document.querySelectorAll('.files .row').length")
            .await,
        0
    );
    let rows: Vec<String> = (0..40)
        .map(|i| format!("im{i},{},{}", i * i % 7, (i * 3) % 5))
        .collect();
    let table = format!("stimulus_id,u0,u1\n{}\n", rows.join("\n"));
    let file = write(folder.path(), "e__layer.csv", table.as_bytes());
    page.add_files(&[file]).await;
    // some files have ids and others none: the user is asked
    page.wait("!!document.querySelector('.agree input')").await;
    page.driver
        .execute("document.querySelector('.agree input').click()", Vec::new())
        .await
        .expect("runs");
    page.wait_text(".files .networks", "by id").await;
    page.wait_text(".files", "by order, with the ids of e__layer.csv: 6 arrays")
        .await;
    page.wait("!!document.querySelector('.networks .how.doubtful')")
        .await;
    page.wait_message("lends its ids").await;
    page.open_lines().await;
    page.wait_text(".files .rows", "stimuli matched by order")
        .await;

    let rename = "const f = document.querySelector('.networks .rows .all input');
        f.value = 'renamed'; f.dispatchEvent(new Event('change', {bubbles: true}))";
    page.driver.execute(rename, Vec::new()).await.expect("runs");
    page.wait("[...document.querySelectorAll('.networks .pick')].some(b => b.innerText.includes('renamed'))")
        .await;
    page.wait_text("header .study", "4 networks").await;
    // a model set is named on the line
    page.wait(
        "document.querySelectorAll('.networks input[aria-label=\"Model set\"]').length === 4",
    )
    .await;
    page.close().await;
}

#[tokio::test]
async fn a_file_in_a_message_leads_to_its_row_and_back_to_a_study() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&plain()).await;
    let body: Vec<u8> = (0..80)
        .flat_map(|i| if i == 7 { f32::NAN } else { i as f32 }.to_le_bytes())
        .collect();
    let file = write(
        folder.path(),
        "nan__layer.npy",
        &npy("<f4", "(40, 2)", &body),
    );
    page.add_files(&[file]).await;
    page.wait_message("missing value").await;
    page.wait_text(".networks .badge.error", "1 error").await;
    page.press("nan__layer.npy").await;
    page.wait("document.activeElement?.ariaLabel === 'Role of nan__layer.npy' && !!document.activeElement.closest('.files')")
        .await;
    page.press("Leave out").await;
    page.wait("document.querySelectorAll('.messages li.error').length === 0")
        .await;
    assert!(page.is_enabled("Run analysis").await);
    page.close().await;
}

#[tokio::test]
async fn a_dropped_folder_keeps_its_paths_and_names_what_cannot_be_opened() {
    let page = Page::open("").await;
    page.wait_results().await;
    // a browser makes such entries of real folders alone, so these stand in for them
    page.driver
        .execute(
            "const rows = seed => Array.from({length: 40}, (_, i) => [Math.sin(i * seed), Math.cos(i * i + seed), i % 7].join(',')).join('\\n');
             const file = (path, text) => ({isFile: true, isDirectory: false, fullPath: path,
                 file: (yes, no) => setTimeout(() => text === null ? no(new Error('gone')) : yes(new File([text], path.split('/').at(-1))))});
             const folder = (path, members) => ({isFile: false, isDirectory: true, fullPath: path, createReader: () => {
                 let rest = members; return {readEntries: yes => { const now = rest; rest = []; setTimeout(() => yes(now)); }}; }});
             const study = folder('/study', [
                 folder('/study/neta', [file('/study/neta/layer.csv', rows(1))]),
                 folder('/study/netb', [file('/study/netb/layer.csv', rows(2)), file('/study/netb/gone.npy', null)])]);
             const drop = new DragEvent('drop', {bubbles: true, cancelable: true});
             Object.defineProperty(drop, 'dataTransfer', {value: {items: {length: 1, 0: {webkitGetAsEntry: () => study, getAsFile: () => null}}}});
             document.querySelector('h1').dispatchEvent(drop)",
            Vec::new(),
        )
        .await
        .expect("runs");
    page.wait_text(".files", "2 arrays").await;
    page.wait_message("study/netb/gone.npy").await;
    assert!(!page.is_enabled("Run analysis").await);
    page.press("Go on without the file that cannot be read")
        .await;
    page.wait_text("header .study", "2 networks").await;
    page.open_lines().await;
    page.wait_text(".files", "study/neta/layer.csv").await;
    page.close().await;
}

#[tokio::test]
async fn a_phone_shows_messages_and_rows_uncut() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = Page::open_on_phone("").await;
    page.wait_results().await;
    page.add_files(&plain()).await;
    let long = format!("{}__layer.npy", "a_network_with_a_long_name".repeat(4));
    page.add_files(&[
        write(folder.path(), &long, HTML),
        write(folder.path(), "rdm_V__sub-01.npy", &stack(3)),
    ])
    .await;
    page.wait_message("named after one subject").await;
    page.open_lines().await;
    page.wait("document.querySelectorAll('.files .row').length > 5")
        .await;
    assert_eq!(
        page.ask("document.documentElement.scrollWidth <= 360")
            .await,
        true
    );
    page.close().await;
}

#[tokio::test]
#[ignore = "needs UNIVERSAL_DIMENSIONS_DATA, the folder of the larger data"]
async fn three_errors_among_a_hundred_files_are_seen_without_scrolling() {
    let root = larger_data();
    let study = root.join("real/cichy92");
    let folder = tempfile::tempdir().expect("a folder");
    let mut all = files(&study.join("activations"), &["activations_"]);
    all.extend(files(
        &study.join("brain"),
        &["rdm_EVC__sub-", "rdm_IT__sub-"],
    ));
    all.push(study.join("stimuli.csv"));
    let page = Page::open("").await;
    page.wait_results().await;
    page.add_files(&all).await;
    page.wait_text(".files", "114 arrays").await;
    page.wait("document.querySelectorAll('.networks li').length === 23")
        .await;
    let bottom =
        "document.querySelector('.regions').getBoundingClientRect().bottom <= window.innerHeight";
    assert_eq!(page.ask(bottom).await, true);
    page.add_files(&[
        write(folder.path(), "lost__page.npy", HTML),
        write(folder.path(), "lost__empty.npy", b""),
        write(folder.path(), "rdm_IT__sub-21.npy", &stack(3)),
    ])
    .await;
    page.wait("document.querySelectorAll('.messages li.error').length === 3")
        .await;
    let seen = "[...document.querySelectorAll('.messages li.error')].every(e => e.getBoundingClientRect().bottom <= window.innerHeight)";
    assert_eq!(page.ask(seen).await, true);
    page.close().await;
}
