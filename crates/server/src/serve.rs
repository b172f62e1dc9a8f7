//! `anlanh serve`.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anlanh_app::identity::{self, INVITATION_MINUTES, Secret};
use anlanh_app::policy::{Choice, LoadedPack, Start};
use anlanh_app::{App, Clock, Error, PolicyError, Shelf, Site, indicator, jobs, public_log};
use anlanh_outbound::Reach;
use anlanh_store::{Role, Store};
use anlanh_web::{Limits, Service};
use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::cli::ServeOptions;
use crate::policy::Keep;
use crate::{
    Outcome, data, demo, edxml, key, logs, mail, network, policy, stream, tls, webhook, witness, zone, zone_feeds,
};

/// The folder inside the data folder where lists stay that were ever loaded.
const LISTS: &str = "lists";
/// The folder inside the data folder where warning lists in the form of MISP lie.
const WARNING_LISTS: &str = "warninglists";

/// Serves until the process is asked to stop, by SIGTERM or Ctrl-C.
///
/// # Errors
/// When the policy cannot be loaded, the database not be opened, or the address not be listened on.
pub fn run(options: &ServeOptions) -> anyhow::Result<Outcome> {
    logs::start();
    let shelf = Shelf::new(options.data.data.join(LISTS));
    let loaded = policy::load(&options.policy, Keep::On(&shelf))?;
    let tls = tls::read(&options.tls)?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let webhook = webhook::read(&options.webhook)?;
    let soc_webhook = webhook::read_soc(&options.soc_webhook)?;
    let edxml = edxml::read(&options.edxml)?;
    let mailer = mail::read(&options.mail)?;
    let (named, witnesses) = witness::read(&options.witnesses)?;
    let network = network::read(&options.network)?;
    let rules = stream::rules::read(&options.stream.sigma)?;
    let reach = if options.peers.peer_private {
        Reach::Private
    } else {
        Reach::Public
    };
    let clock = data::clock();
    let store = data::open(&options.data, Role::Node)?;
    let zones = zone::read_files(&options.zone, &store)?;
    let set_up = identity::set_up_link(&store, &clock)?;
    let start = Start {
        policy: loaded.policy,
        lists: loaded.lists,
        shelf,
        choice: if options.reset_policy {
            Choice::Loaded
        } else {
            Choice::Kept
        },
        site: site(options, scheme)?,
        vault: Arc::new(key::open(&options.data, &store)?),
    };
    let app = start_app(store, clock, start)?.with_facts(network);
    let (app, centre) = match edxml {
        Some((edxml, centre)) => (app.with_edxml(edxml), Some(centre)),
        None => (app, None),
    };
    let warnings = indicator::load_files(&app, &options.data.data.join(WARNING_LISTS));
    let warnings = warnings.context("không dùng được danh sách cảnh báo · cannot use a warning list")?;
    tracing::info!(count = warnings, "warning lists were loaded beside those of the policy");
    let feed_reach = if options.feed_private {
        Reach::Private
    } else {
        Reach::Public
    };
    if app.loaded_pack() == LoadedPack::Offered {
        tracing::warn!(
            in_force = app.engine().policy.digest(),
            "the pack that was loaded is not in force: people put another in force; see the console or --reset-policy"
        );
    }
    let limits = Limits {
        connections: options.max_connections.get(),
        ..Limits::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        public_log::name_witnesses(&app, &named).await?;
        if options.demo {
            let count = demo::load(&app).await?;
            tracing::info!(count, "samples were handed in");
        }
        let service = Service::new(app.clone(), limits);
        let listener = TcpListener::bind(options.listen).await;
        let listener =
            listener.with_context(|| format!("không lắng nghe được · cannot listen on {}", options.listen))?;
        let address = listener.local_addr()?;
        let mut recurring = JoinSet::new();
        for zone in zones {
            recurring.spawn(zone::start(zone, &app).await?);
        }
        let mut terminate = signal(SignalKind::terminate())?;
        // At once: whoever reads the address alone may close the pipe behind it.
        std::io::stdout().write_all(greeting(scheme, address, set_up.as_ref()).as_bytes())?;
        tracing::info!(%address, "listening");
        let stop = async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        };
        recurring.spawn(run_jobs(app.clone()));
        recurring.spawn(run_log(app.clone()));
        stream::start(&app, &options.data.data, &options.stream, rules, &mut recurring)?;
        match mailer {
            Some(mailer) => {
                recurring.spawn(mailer.run(app.clone()));
            }
            None if anlanh_app::mail::waiting(&app).await? > 0 => {
                tracing::warn!("mails wait to be sent, and no mail server is named: see --mail-server");
            }
            None => {}
        }
        recurring.spawn(anlanh_outbound::talk(app.clone(), reach));
        recurring.spawn(anlanh_outbound::follow_feeds(app.clone(), feed_reach));
        recurring.spawn(zone_feeds::follow(app.clone(), feed_reach));
        recurring.spawn(anlanh_outbound::push_indicators(app.clone(), feed_reach));
        for witness in witnesses {
            recurring.spawn(anlanh_outbound::be_witnessed(app.clone(), witness));
        }
        if let Some(centre) = centre {
            recurring.spawn(anlanh_outbound::tell_centre(app.clone(), centre));
        }
        if let Some(webhook) = soc_webhook {
            recurring.spawn(anlanh_outbound::tell_incidents(app.clone(), webhook));
        }
        if let Some(webhook) = webhook {
            recurring.spawn(anlanh_outbound::run(app.clone(), webhook));
        }
        let cut_off = match tls {
            Some(tls) => anlanh_web::serve_tls(listener, service, tls, stop).await,
            None => anlanh_web::serve(listener, service, stop).await,
        };
        recurring.shutdown().await;
        if let Err(error) = anlanh_app::sensor::count_rest(&app).await {
            tracing::warn!(%error, "how much came in the last minutes was not counted");
        }
        if cut_off > 0 {
            tracing::warn!(
                connections = cut_off,
                "connections were cut off at the end of the drain time"
            );
        }
        tracing::info!("stopped");
        anyhow::Ok(())
    })?;
    // Whatever still judges is not waited for: nobody is there to take its answer.
    runtime.shutdown_background();
    Ok(Outcome::Good)
}

/// The platform that the options name.
fn site(options: &ServeOptions, scheme: &str) -> anyhow::Result<Site> {
    let listen = format!("{scheme}://{}", options.listen);
    let url = options.public_url.as_deref().unwrap_or(&listen);
    let site = Site::new(&options.site_name, url, &options.contact);
    let site = site.map(|site| match options.mail.mail_server {
        Some(_) => site,
        None => site.without_mail(),
    });
    let site = site.map(|site| {
        let site = site.with_roles(&options.peers.role);
        site.of_office(options.peers.office.clone())
    });
    site.context("không dùng được tên, địa chỉ hoặc nơi liên hệ · cannot use the name, address or contact")
}

/// How often it is looked whether something is due.
const BETWEEN_JOBS: Duration = Duration::from_secs(1);

/// Does what is due, again and again, until it is dropped. A job that goes on failing is told of once.
async fn run_jobs(app: App) {
    let mut between = tokio::time::interval(BETWEEN_JOBS);
    between.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = Vec::new();
    loop {
        between.tick().await;
        let failed = jobs::run_due(&app).await;
        for failed in &failed {
            if !told.contains(&failed.job) {
                tracing::warn!(job = failed.job, error = %failed.error, "recurring work was not done");
            }
        }
        told = failed.iter().map(|failed| failed.job).collect();
    }
}

/// How often it is looked whether something is to be signed in the public log.
const BETWEEN_SIGNATURES: Duration = Duration::from_millis(500);

/// Signs what is new in the public log, again and again, until it is dropped. What goes on failing is told of once.
async fn run_log(app: App) {
    let mut between = tokio::time::interval(BETWEEN_SIGNATURES);
    between.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_told = false;
    loop {
        between.tick().await;
        let published = public_log::publish(&app).await;
        if let Err(error) = &published
            && !is_told
        {
            tracing::warn!(%error, "the public log was not signed");
        }
        is_told = published.is_err();
    }
}

/// Starts the node, and says what to do where the policy in force cannot be read by this version of the program.
fn start_app(store: Store, clock: Clock, start: Start) -> anyhow::Result<App> {
    App::start(store, clock, start).map_err(|error| {
        let Error::Policy(PolicyError::Mistakes(mistakes)) = error else {
            return error.into();
        };
        for mistake in &mistakes {
            let _ = writeln!(std::io::stderr(), "{mistake}");
        }
        anyhow::anyhow!(
            "chính sách đang áp dụng có {0} lỗi với phiên bản này; --reset-policy để áp dụng gói được nạp · the policy \
             in force has {0} mistakes to this version; --reset-policy puts the loaded pack in force",
            mistakes.len()
        )
    })
}

/// What is printed when the node is ready: its address, and on the first start the way in; whole lines.
fn greeting(scheme: &str, address: SocketAddr, set_up: Option<&Secret>) -> String {
    let Some(key) = set_up else {
        return format!("{scheme}://{address}\n");
    };
    format!(
        "{scheme}://{address}\n\
         Tạo quản trị viên đầu tiên (dùng một lần, trong {hours} giờ) · \
         Make the first administrator (once, within {hours} hours):\n\
         {scheme}://{address}/console/set-up?key={key}\n",
        hours = INVITATION_MINUTES / 60,
        key = key.reveal()
    )
}
