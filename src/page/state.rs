//! What the page knows, as signals.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use leptos::prelude::*;

use crate::analysis::{Options, Resampling};
use crate::engine::web::WebEngine;
use crate::figures::Theme;
use crate::link::history::History;
use crate::link::{Chosen, Link, Settings, Source, View};
use crate::options::PartialOptions;
use crate::problem::{Problem, count};
use crate::results::Dimensions;
use crate::run_state::Activity;
use crate::study::{Assembly, Collection, Group, Study};
use crate::workflow::Stored;

use super::browser;
use super::question::Question;
use super::schedule::Schedule;
use super::unopened::Unopened;

/// The label of blocks of the demo.
pub const DEMO_LABEL: u32 = 0;

/// The label of blocks of the first files. Each study that is fetched has another, so that it can be read while
/// the one before it is still on the page.
const FIRST_LABEL: u32 = 1;

/// Results and what they are of.
#[derive(Clone)]
pub struct Shown {
    /// Counts results; columns that are added later leave it.
    pub results_id: u32,
    /// The table.
    pub table: Dimensions,
    /// What was analysed.
    pub study: Study,
    /// How.
    pub options: Options,
    /// What to know when reading it.
    pub warnings: Vec<Problem>,
    /// Seconds from the press of the button to here.
    pub seconds: f64,
    /// How much of it was in the block store before.
    pub stored: Stored,
    /// Whether it is the built-in simulation.
    pub is_demo: bool,
}

impl PartialEq for Shown {
    /// Results are compared as a whole when they replace each other, which always changes them.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// The state of the page.
#[derive(Clone, Copy)]
pub struct App {
    /// Runs everything.
    pub engine: StoredValue<WebEngine, LocalStorage>,
    /// Files that the user added.
    pub collection: RwSignal<Collection>,
    /// What they amount to.
    pub assembly: Memo<Arc<Assembly>>,
    /// Which study is on the page.
    pub source: RwSignal<Source>,
    /// What the link and, over it, the user said of the options.
    pub said: RwSignal<PartialOptions>,
    /// What the study's manifest says of them.
    pub manifest_options: Memo<PartialOptions>,
    /// The link said that its hosted study runs at once.
    pub runs_at_once: RwSignal<bool>,
    /// Where the collection is from: the study on the page, or the one that makes way for the demo.
    pub loaded: StoredValue<Option<Source>>,
    /// The results of the collection while the demo is shown.
    pub aside: StoredValue<Option<Arc<Shown>>>,
    /// The label of the collection's blocks.
    pub own_label: StoredValue<u32>,
    /// A link that is not opened.
    pub unopened: RwSignal<Option<Unopened>, LocalStorage>,
    /// What becomes of the address.
    pub history: StoredValue<History>,
    /// What the page asks the user.
    pub question: RwSignal<Option<Question>, LocalStorage>,
    /// How to analyse: what was said, over the manifest, over the defaults.
    pub options: Memo<Options>,
    /// How often and from which seed intervals, null lines and controls are drawn.
    pub resampling: Memo<Resampling>,
    /// How to show.
    pub view: RwSignal<View>,
    /// The view that is open, by its word in links. Changes with nothing else, so that what follows it is not
    /// made anew at every pick.
    pub open_view: Memo<&'static str>,
    /// What is being done, and what waits.
    pub schedule: Schedule,
    /// What went wrong outside of files.
    pub messages: RwSignal<Vec<Problem>>,
    /// Values of the link that cannot be.
    pub refused: RwSignal<Vec<Problem>>,
    /// Results, once there are any.
    pub shown: RwSignal<Option<Arc<Shown>>>,
    /// Seconds that this computer takes for a second of the reference machine.
    pub pace: RwSignal<Option<f64>>,
    /// Picture address by stimulus id.
    pub pictures: RwSignal<Arc<HashMap<String, String>>>,
    /// Colours of figures.
    pub theme: RwSignal<Theme>,
    /// Files are being dragged over the page.
    pub dropping: RwSignal<bool>,
    /// The files table is open.
    pub files_open: RwSignal<bool>,
    /// Lines of the files table whose arrays are shown.
    pub open_groups: RwSignal<BTreeSet<Group>>,
    /// The number of the last results.
    results_id: StoredValue<u32>,
    /// The last label of blocks.
    last_label: StoredValue<u32>,
}

impl App {
    /// A page before its first study, with a view that is open at first.
    pub fn new(default_view: &'static str) -> Self {
        let worker = format!("./start-worker.js?{}", env!("BUILD_NAME"));
        let worker = document()
            .base_uri()
            .ok()
            .flatten()
            .and_then(|base| browser::join(&worker, &base))
            .unwrap_or(worker);
        // a worker of a script of the page's own keeps to the page's policy, one of a file to none
        let worker = browser::script_that_imports(&worker).unwrap_or(worker);
        let collection = RwSignal::new(Collection::default());
        let source = RwSignal::new(Link::default().source);
        let said = RwSignal::new(PartialOptions::default());
        let view = RwSignal::new(View::default());
        let manifest_options = Memo::new(move |_| match source.get() {
            Source::Demo(_) => PartialOptions::default(),
            Source::Hosted(_) | Source::OwnFiles => collection.with(Collection::manifest_options),
        });
        let holds =
            Memo::new(move |_| said.with(|said| manifest_options.with(|study| said.over(study))));
        let schedule = Schedule::new();
        let engine = WebEngine::new(worker);
        engine.on_silence(move |silence| schedule.tell_silence(silence));
        Self {
            engine: StoredValue::new_local(engine),
            assembly: Memo::new(move |_| Arc::new(collection.with(Collection::assemble))),
            collection,
            source,
            said,
            manifest_options,
            runs_at_once: RwSignal::new(false),
            loaded: StoredValue::new(None),
            aside: StoredValue::new(None),
            own_label: StoredValue::new(FIRST_LABEL),
            unopened: RwSignal::new_local(None),
            history: StoredValue::new(History::default()),
            question: RwSignal::new_local(None),
            options: Memo::new(move |_| holds.with(PartialOptions::options)),
            resampling: Memo::new(move |_| holds.with(PartialOptions::resampling)),
            open_view: Memo::new(move |_| view.with(|view| view.open).unwrap_or(default_view)),
            view,
            schedule,
            messages: RwSignal::new(Vec::new()),
            refused: RwSignal::new(Vec::new()),
            shown: RwSignal::new(None),
            pace: RwSignal::new(None),
            pictures: RwSignal::new(Arc::default()),
            theme: RwSignal::new(browser::theme()),
            dropping: RwSignal::new(false),
            files_open: RwSignal::new(true),
            open_groups: RwSignal::new(BTreeSet::new()),
            results_id: StoredValue::new(0),
            last_label: StoredValue::new(FIRST_LABEL),
        }
    }

    /// The state, from within a component.
    pub fn get() -> Self {
        expect_context()
    }

    /// Adds to what went wrong outside of files.
    pub fn tell(&self, problem: Problem) {
        self.messages.update(|messages| messages.push(problem));
    }

    /// The results on the page, where the study is there that they were computed from.
    pub fn analysed(&self) -> Option<Arc<Shown>> {
        let shown = self.shown.get();
        shown.filter(|shown| !shown.table.is_precomputed())
    }

    /// Whether something is being done.
    pub fn is_busy(&self) -> bool {
        self.schedule.activity().with(Activity::is_busy)
    }

    /// Whether what was being done broke down.
    pub fn has_failed(&self) -> bool {
        let activity = self.schedule.activity();
        activity.with(|activity| matches!(activity, Activity::Failed(_)))
    }

    /// A number for other results.
    pub fn next_results_id(&self) -> u32 {
        self.results_id.update_value(|results_id| *results_id += 1);
        self.results_id.get_value()
    }

    /// A label for the blocks of another study.
    pub fn next_label(&self) -> u32 {
        self.last_label.update_value(|label| *label += 1);
        self.last_label.get_value()
    }

    /// Whether nothing is on the page.
    pub fn is_bare(&self) -> bool {
        self.shown.with(Option::is_none)
            && self.has_own_files()
            && self
                .collection
                .with(|collection| collection.is_empty() && collection.problems.is_empty())
    }

    /// Whether the user's own files are what is being looked at.
    pub fn has_own_files(&self) -> bool {
        self.source
            .with(|source| !matches!(source, Source::Demo(_)))
    }

    /// Title of the study on the page, and one line on it.
    pub fn headline(&self) -> (String, String) {
        let of_study = |study: &Study| {
            let mut parts = vec![count(study.networks.len(), "network", "networks")];
            if !study.stimuli.ids.is_empty() {
                let stimuli = count(study.stimuli.ids.len(), "stimulus", "stimuli");
                parts.insert(0, stimuli);
            }
            if !study.brains.is_empty() {
                parts.push(count(study.subjects().len(), "subject", "subjects"));
            }
            (study.title.clone(), parts.join(", "))
        };
        if self.has_own_files()
            && let Some(study) = &self.assembly.get().study
        {
            return of_study(study);
        }
        match self.shown.get() {
            Some(shown) => of_study(&shown.study),
            None => (String::new(), String::new()),
        }
    }

    /// The state as a link has it: of the options what the study does not hold anyway.
    pub fn link(&self) -> Link {
        let source = self.source.get();
        let said = self.said.get();
        let options = self.manifest_options.with(|study| said.beyond(study));
        Link {
            run: matches!(source, Source::Hosted(_)) && self.runs_at_once.get(),
            source,
            options,
            view: self.view.get(),
        }
    }

    /// The regions of the results.
    pub fn rois(self) -> Memo<Vec<String>> {
        Memo::new(move |_| {
            let shown = self.shown.get();
            let alignment = shown.iter().flat_map(|shown| &shown.table.alignment);
            alignment.map(|alignment| alignment.roi.clone()).collect()
        })
    }

    /// Index of the region on the y axis among the table's regions.
    pub fn roi(&self, table: &Dimensions) -> usize {
        let wanted = self.view.with(|view| view.roi.clone());
        wanted
            .and_then(|wanted| {
                table
                    .alignment
                    .iter()
                    .position(|alignment| alignment.roi == wanted)
            })
            .unwrap_or(0)
    }

    /// Whether a view is open.
    pub fn is_open(&self, view: &str) -> bool {
        self.open_view.get() == view
    }

    /// The settings of a view.
    pub fn settings<T: Settings>(&self) -> T {
        self.view.with(|view| view.settings.get())
    }

    /// Changes the settings of a view.
    pub fn update_settings<T: Settings>(&self, change: impl FnOnce(&mut T)) {
        self.view.update(|view| view.settings.update(change));
    }

    /// Whether each network of a table is among those that the user wants to see.
    pub fn filter(&self, table: &Dimensions) -> Vec<bool> {
        self.view.with(|view| {
            let wanted = |name: &String| view.networks.contains(name);
            let all = !table.networks.iter().any(|network| wanted(&network.name));
            let networks = table.networks.iter();
            networks
                .map(|network| all || wanted(&network.name))
                .collect()
        })
    }

    /// Row of the chosen dimension; the most universal one where none is chosen.
    pub fn chosen_row(&self, table: &Dimensions) -> Option<usize> {
        let chosen = self.view.with(|view| view.chosen.clone());
        if let Some(chosen) = chosen {
            let found = (0..table.len()).find(|&row| {
                table.component[row] == chosen.component
                    && table.layer_of(row).name == chosen.layer
                    && table.network_of(row).name == chosen.network
            });
            if found.is_some() {
                return found;
            }
        }
        let filter = self.filter(table);
        (0..table.len())
            .filter(|&row| table.universality[row].is_finite())
            .filter(|&row| filter[table.layer_of(row).network])
            .max_by(|&a, &b| table.universality[a].total_cmp(&table.universality[b]))
    }

    /// Chooses a dimension.
    pub fn choose(&self, table: &Dimensions, row: usize) {
        let chosen = Chosen {
            network: table.network_of(row).name.clone(),
            layer: table.layer_of(row).name.clone(),
            component: table.component[row],
        };
        self.view.update(|view| view.chosen = Some(chosen));
    }
}
