use super::*;
use crate::formats::{About, Element, NamedArray, Values};
use crate::study::roles::Axes;
use crate::study::survey::survey;

fn guessed(path: &str, shape: &[usize], value: impl Fn(usize) -> f64) -> Role {
    let length: usize = shape.iter().product();
    guess(&survey(&NamedArray {
        path: path.into(),
        shape: shape.to_vec(),
        element: Element::TEXT,
        values: Values::F64((0..length).map(value).collect()),
        ids: None,
        about: About::default(),
    }))
    .0
}

#[test]
fn layers_are_named_by_file_or_folder() {
    for path in [
        "activations_alexnet__conv1.npy",
        "activations/alexnet__conv1.npy",
        "alexnet/conv1.npy",
        "alexnet.npz/conv1",
        "study/activations/alexnet/conv1.csv",
        "activations_alexnet.npz/conv1",
        "responses_study/alexnet__conv1.npy",
        "alexnet/conv1/features.npy",
        "acts/alexnet.h5/conv1",
        "fmri_study/models/alexnet/conv1.npy",
        "study\\activations\\alexnet\\conv1.npy",
        "study.zip/models/alexnet__conv1.npy.gz",
    ] {
        let role = guessed(path, &[5, 3], |i| i as f64);
        assert_eq!(role.kind, Kind::Activations, "{path}");
        assert_eq!(
            (role.network.as_str(), role.layer.as_str()),
            ("alexnet", "conv1"),
            "{path}"
        );
    }
}

#[test]
fn brains_are_named_by_file_or_folder() {
    let rdm = |i: usize| if i.is_multiple_of(4) { 0.0 } else { 1.0 };
    for path in [
        "rdm_IT__sub-01.npy",
        "brain/rdm_IT__sub-01.npy",
        "IT/sub-01.npy",
        "brain/IT_sub-01.csv",
        "IT/sub-01/rdm.npy",
        "rdm_IT.npz/sub-01",
        "model_comparison/brain/rdm_IT__sub-01.npy",
        "responses_study/rdm_IT__sub-01.npy",
    ] {
        let role = guessed(path, &[3, 3], rdm);
        assert_eq!(role.kind, Kind::Rdm, "{path}");
        assert_eq!(
            (role.roi.as_str(), role.subject.as_str()),
            ("IT", "sub-01"),
            "{path}"
        );
    }
    let role = guessed("responses_V1__s1.npy", &[4, 6], |i| i as f64);
    assert_eq!((role.kind, role.roi.as_str()), (Kind::Responses, "V1"));
    let role = guessed("model_rdms/rdm_animacy.npy", &[3, 3], rdm);
    assert_eq!((role.kind, role.roi.as_str()), (Kind::ModelRdm, "animacy"));
}

fn guessed_only(path: &str, shape: &[usize]) -> Role {
    let length: usize = shape.iter().product();
    let only = About {
        is_only: true,
        ..About::default()
    };
    guess(&survey(&NamedArray {
        path: path.into(),
        shape: shape.to_vec(),
        element: Element::TEXT,
        values: Values::F64((0..length).map(|i| i as f64).collect()),
        ids: None,
        about: only,
    }))
    .0
}

#[test]
fn the_key_of_a_container_names_no_network() {
    for path in [
        "neta.h5/df",
        "neta.npz/arr_0",
        "acts/neta.mat/data",
        "neta.pt/features",
        "neta.h5/df/block0_values",
    ] {
        let role = guessed_only(path, &[5, 3]);
        assert_eq!(
            (role.network.as_str(), role.layer.as_str()),
            ("neta", "layer"),
            "{path}"
        );
    }
    let role = guessed_only("activations_alexnet__conv1.mat/l", &[5, 3]);
    assert_eq!(
        (role.network.as_str(), role.layer.as_str()),
        ("alexnet", "conv1")
    );
    let role = guessed_only("activations_alexnet__conv1.npz/arr_0", &[5, 3]);
    assert_eq!(
        (role.network.as_str(), role.layer.as_str()),
        ("alexnet", "conv1")
    );
    // of several arrays each has its own name
    let role = guessed("neta.npz/arr_0", &[5, 3], |i| i as f64);
    assert_eq!(
        (role.network.as_str(), role.layer.as_str()),
        ("neta", "arr_0")
    );
}

#[test]
fn layers_may_be_called_like_roles() {
    for (path, layer) in [
        ("vgg/features_3.npy", "features_3"),
        ("acts/vgg/response_norm1.npy", "response_norm1"),
        ("vgg.npz/activation_5", "activation_5"),
    ] {
        let role = guessed(path, &[5, 3], |i| i as f64);
        assert_eq!(role.kind, Kind::Activations, "{path}");
        assert_eq!(
            (role.network.as_str(), role.layer.as_str()),
            ("vgg", layer),
            "{path}"
        );
    }
    assert_eq!(
        guessed("labels.npy", &[5, 3], |i| i as f64).kind,
        Kind::LeftOut
    );
    assert_eq!(
        guessed("vgg__labels.npy", &[5, 3], |i| i as f64).kind,
        Kind::Activations
    );
}

#[test]
fn folders_of_brains_hold_responses() {
    for (path, roi, subject) in [
        ("fmri/IT__sub-01.npy", "IT", "sub-01"),
        ("brain_data/IT/sub-01.npy", "IT", "sub-01"),
        ("betas/sub-01/IT.npy", "IT", "sub-01"),
        ("sub-01/IT.npy", "IT", "sub-01"),
        (
            "subj01/training_split/training_fmri/lh_training_fmri.npy",
            "lh",
            "subj01",
        ),
        ("responses/sub-02_roi-V1_betas.npy", "V1", "sub-02"),
        ("sub-01__IT.npy", "IT", "sub-01"),
    ] {
        let role = guessed(path, &[5, 7], |i| i as f64);
        assert_eq!(role.kind, Kind::Responses, "{path}");
        assert_eq!(
            (role.roi.as_str(), role.subject.as_str()),
            (roi, subject),
            "{path}"
        );
    }
    // images that one subject saw are still a network's
    let role = guessed("subj01/alexnet/conv1.npy", &[5, 7], |i| i as f64);
    assert_eq!(
        (role.kind, role.network.as_str()),
        (Kind::Activations, "alexnet")
    );
}

fn axes_by_name(path: &str, shape: &[usize], axes: &[&str]) -> Axes {
    let length: usize = shape.iter().product();
    let about = About {
        axes: axes.iter().map(|&axis| axis.to_owned()).collect(),
        ..About::default()
    };
    guess(&survey(&NamedArray {
        path: path.into(),
        shape: shape.to_vec(),
        element: Element::TEXT,
        values: Values::F64((0..length).map(|i| i as f64).collect()),
        ids: None,
        about,
    }))
    .0
    .axes
}

#[test]
fn responses_are_never_pooled_and_time_is_asked_about() {
    let axes = |shape: &[usize], names: &[&str]| axes_by_name("responses_V1__s.nc", shape, names);
    assert_eq!(axes(&[5, 2, 3, 4], &[]), Axes::Volumes);
    assert_eq!(axes(&[5, 2, 3], &[]), Axes::Unclear);
    assert_eq!(axes(&[5, 2, 3], &["presentation", "x", "y"]), Axes::Volumes);
    assert_eq!(
        axes(&[5, 2, 3], &["presentation", "neuroid", "time_bin"]),
        Axes::Unclear
    );
    assert_eq!(
        axes(&[5, 2], &["presentation", "neuroid"]),
        Axes::StimuliUnits
    );
    let axes = |shape: &[usize], names: &[&str]| axes_by_name("a__b.nc", shape, names);
    assert_eq!(
        axes(&[5, 2, 4, 4], &["image", "channel", "y", "x"]),
        Axes::ChannelsFirst
    );
    assert_eq!(
        axes(&[5, 4, 3, 2], &["image", "y", "x", "channel"]),
        Axes::ChannelsLast
    );
    assert_eq!(axes(&[5, 4, 3], &["image", "unit", "time"]), Axes::Unclear);
}

#[test]
fn content_tells_stacks_similarities_and_triangles() {
    let stack = |i: usize| if (i % 9).is_multiple_of(4) { 0.0 } else { 1.0 };
    let role = guessed("rdms_IT_15x3x3.npy", &[15, 3, 3], stack);
    assert_eq!(
        (role.axes, role.roi.as_str(), role.subject.as_str()),
        (Axes::Stack(0), "IT", "sub-")
    );
    let role = guessed("it.npy", &[3, 3], |i| {
        if i.is_multiple_of(4) { 1.0 } else { 0.2 }
    });
    assert!(role.similarity && role.kind == Kind::Rdm);
    assert_eq!(guessed("it.npy", &[10], |i| i as f64).axes, Axes::Condensed);
}

#[test]
fn feature_maps_have_square_space() {
    let axes = |shape: &[usize]| guessed("a__b.npy", shape, |i| i as f64).axes;
    assert_eq!(axes(&[2, 8, 4, 4]), Axes::ChannelsFirst);
    assert_eq!(axes(&[2, 4, 4, 8]), Axes::ChannelsLast);
    assert_eq!(axes(&[2, 5, 3]), Axes::Tokens);
}

#[test]
fn sets_follow_from_names() {
    assert_eq!(guess_set("alexnet-random0"), "Untrained");
    assert_eq!(guess_set("pixels"), "Pixels, Gabors");
    assert_eq!(guess_set("resnet18"), "Trained");
}

#[test]
fn ids_of_the_second_axis_turn_activations_and_responses() {
    for path in ["a__l.h5/l", "responses_IT__sub-01.h5/betas"] {
        let survey = survey(&NamedArray {
            path: path.into(),
            shape: vec![2, 3],
            element: Element::TEXT,
            values: Values::F64(vec![0.5; 6]),
            ids: Some(["x", "y", "z"].map(str::to_owned).to_vec()),
            about: About::default(),
        });
        assert_eq!(guess(&survey).0.axes, Axes::UnitsStimuli, "{path}");
    }
}
