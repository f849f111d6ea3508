//! Tables that describe stimuli, and columns that do.

use super::*;

#[test]
fn columns_that_name_a_dimension_are_no_scores() {
    let text = "Model,Layer,Component,universality,alignment_v1\n1,0,0,0.5,0.25\n2,3,0,0.75,\n";
    let read = all("s.csv", text).remove(0);
    let Found::Scores(table) = read else {
        panic!("{read:?}");
    };
    assert_eq!(table.columns.columns, ["universality", "alignment_v1"]);
    assert_eq!(table.columns.networks.len(), 2);
    let universality = &table.values[2 * table.columns.rows..][..2];
    assert_eq!(universality, [0.5, 0.75]);
    let results = all(
        "d.csv",
        "network,layer,component,universality,model_set\na,b,1,0.5,Trained\n",
    );
    assert!(matches!(
        &results[..],
        [Found::Scores(table)] if table.values == [0.0, 1.0, 0.5]
            && table.columns.networks == [("a".to_owned(), Some("Trained".to_owned()))]
    ));
}

#[test]
fn what_is_known_of_stimuli_is_no_unit() {
    for (text, names) in [
        (
            "stimulus_id,label,u0,u1\na,3,1.5,2\nb,3,3.5,4\n",
            "\"label\"",
        ),
        (
            "stimulus_id,u0,u1,target,split\na,1.5,2,0,9\nb,3.5,4,1,8\n",
            "\"target\", \"split\"",
        ),
        (
            "image_id,category,u0,u1\na,face,1.5,2\nb,house,3.5,4\n",
            "\"category\"",
        ),
        (
            "image_id,trial,u0,u1,run_id\na,4,1.5,2,1\nb,5,3.5,4,1\n",
            "\"trial\", \"run_id\"",
        ),
        ("nsdId,cocoId,u0,u1\na,77,1.5,2\nb,88,3.5,4\n", "\"cocoId\""),
    ] {
        let read = array(text);
        assert_eq!(read.shape, [2, 2], "{text}");
        assert_eq!(numbers(&read), [1.5, 2.0, 3.5, 4.0], "{text}");
        assert_eq!(read.ids, Some(strings(&["a", "b"])), "{text}");
        assert!(said(text).contains(names), "{text}: {}", said(text));
    }
    // coordinates
    assert_eq!(array("x,y\n1,2\n3,4\n").shape, [2, 2]);
    // a rating is one, whatever its name ends in
    assert_eq!(array("stimulus_id,object\na,0\nb,1\nc,1\n").shape, [3, 1]);
    assert!(!left_alone("labels.csv", "stimulus_id,label\n5,1\n6,0\n").is_error());
    assert!(!left_alone("labels.txt", "3\n5\n3\n").is_error());
    assert!(!left_alone("y_train.csv", "y\n3\n5\n3\n").is_error());
    assert!(!left_alone("classes.txt", "face\nhouse\nface\n").is_error());
    assert!(
        error_at("activations_a__b.csv", "stimulus_id,label\n5,1\n6,0\n").contains("no numbers")
    );
}

#[test]
fn the_stimuli_table_keeps_what_is_shown() {
    let text = "order,stimulus_id,name,thumbnail,category\n0,im1.jpg,Dog,t/1.jpg,face\n1,im2.jpg,\"Cat, big\",t/2.jpg,\n";
    for path in ["x/stimuli.csv", "stimuli.tsv", "Stimuli.TXT", "things.csv"] {
        let table = stimuli(path, text);
        assert_eq!(table.ids, ["im1.jpg", "im2.jpg"]);
        assert_eq!(table.categories, Some(strings(&["face", ""])));
        assert_eq!(table.names, Some(strings(&["Dog", "Cat, big"])));
        assert!(table.thumbnails.is_some());
    }
    for (path, text, expected) in [
        ("stimuli.csv", "stimulus_id\nimg0\nimg1\n", ["img0", "img1"]),
        ("stimuli.csv", "img0\nimg1\n", ["img0", "img1"]),
        ("stimuli.csv", "1361\n1434\n", ["1361", "1434"]),
        (
            "stimuli.csv",
            "name,category\nimg0,a\nimg1,b\n",
            ["img0", "img1"],
        ),
        (
            "stimuli.csv",
            "name,filename\nDog,img0\nDog,img1\n",
            ["img0", "img1"],
        ),
        (
            "stimuli.csv",
            ",word,human\n0,img0,1\n1,img1,0\n",
            ["img0", "img1"],
        ),
        ("stimuli.csv", ",word\n17,a\n4,b\n", ["17", "4"]),
    ] {
        assert_eq!(stimuli(path, text).ids, expected, "{text}");
    }
    // a list goes with the files of its folder, and only `stimuli` with all
    for (path, text, expected) in [
        (
            "a/file_names.txt",
            "set/a 1.jpg\nset/b 1.jpg\n",
            ["set/a 1.jpg", "set/b 1.jpg"],
        ),
        (
            "order.csv",
            ",stimulus_id\n0,img0\n1,img1\n",
            ["img0", "img1"],
        ),
        ("nsd_ids.txt", "1361\n1434\n", ["1361", "1434"]),
        ("list.csv", "image_id\n1361\n1434\n", ["1361", "1434"]),
        ("image_names.txt", "img_00\nimg_01\n", ["img_00", "img_01"]),
    ] {
        match all(path, text).remove(0) {
            Found::Names { names, .. } => assert_eq!(names, expected, "{text}"),
            other => panic!("{text:?}: {other:?}"),
        }
    }
    for (path, text) in [
        ("images.csv", "filename,category\na.jpg,cat\nb.jpg,dog\n"),
        ("info.csv", "image,category\na.jpg,cat\nb.jpg,dog\n"),
    ] {
        assert_eq!(stimuli(path, text).ids, ["a.jpg", "b.jpg"], "{text}");
        let notice = all(path, text).pop();
        assert!(matches!(notice, Some(Found::LeftAlone(_))), "{text}");
    }
    assert!(error_at("stimuli.csv", "category,order\na,5\na,7\n").contains("no column of ids"));
}

#[test]
fn text_is_refused_where_data_should_be_and_left_alone_elsewhere() {
    let text = "participant_id\tage\tsex\nsub-01\t25\tF\nsub-02\tn/a\tM\n";
    for (path, text) in [
        ("participants.tsv", text),
        ("index.csv", "file,kind,note,n\na,b,c,1\n"),
        (
            "activations_index.csv",
            "file,network,layer,n\na.npy,b,c,1\nd.npy,b,c,1\n",
        ),
        (
            "events.tsv",
            "onset\tduration\ttrial_type\n0.5\t1\tface\n1.5\t1\tface\n",
        ),
        ("README.txt", "Activations of a network,\nby me.\n"),
        ("README.txt", "Activations of a network.\n"),
        ("words.txt", "dog\ndog\ncat\n"),
        (
            "about.txt",
            "A longer line of text that says what is in here\nand another longer line of text about it.\n",
        ),
    ] {
        let problem = left_alone(path, text);
        assert!(
            !problem.is_error() && problem.to_string().contains("left alone"),
            "{path}"
        );
    }
    for path in [
        "activations_a__b.tsv",
        "rdm_IT__s.tsv",
        "responses_IT.tsv",
        "alexnet__conv1.tsv",
    ] {
        assert!(
            error_at(path, text).contains("column \"sex\" has the text \"F\" in row 1"),
            "{path}"
        );
        assert!(
            error_at(path, "img_a\nimg_b\n").contains("no numbers"),
            "{path}"
        );
    }
    let layer = "stimulus_id,note,u0,u1\na,x,0.5,1.5\nb,y,2.5,3.5\n";
    assert!(
        error_at("alexnet/conv1.csv", layer)
            .contains("column \"note\" has the text \"x\" in row 1")
    );
    let layer = "stimulus_id,category,u0,u1\na,x,0.5,1.5\nb,y,2.5,3.5\n";
    assert_eq!(array_at("alexnet/conv1.csv", layer).shape, [2, 2]);
    let transposed = error("neuroid_id,img_0,img_1\nn0,0.5,1.5\nn1,2.5,3.5\n");
    assert!(transposed.contains("Transpose"), "{transposed}");
}
