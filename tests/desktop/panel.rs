//! A panel that shows tray icons, as far as the bus can tell: it owns the name that tray items register with, reads their
//! menus and clicks (freedesktop.org, StatusNotifierItem; com.canonical.dbusmenu).

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use zbus::message::Header;
use zbus::{Connection, OwnedVariant, Variant, interface};

use crate::app::PATIENCE;

const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";
/// Texts change at most once a second: nothing is learned by looking much more often.
const BETWEEN: Duration = Duration::from_millis(50);

/// A row as the bus tells it: id, properties, rows below.
type Layout = (i32, HashMap<String, OwnedVariant>, Vec<OwnedVariant>);

struct Watcher(mpsc::UnboundedSender<(String, String)>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().unwrap().to_string();
        self.0.send((sender, service.to_owned())).unwrap();
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A panel.
pub(crate) struct Panel {
    connection: Connection,
    items: mpsc::UnboundedReceiver<(String, String)>,
}

/// An icon in it.
pub(crate) struct Item {
    connection: Connection,
    bus: String,
    path: String,
    menu: String,
}

/// A row of its menu.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    id: i32,
    pub(crate) text: String,
    pub(crate) enabled: bool,
    pub(crate) checked: Option<bool>,
    pub(crate) rows: Vec<Row>,
}

impl Panel {
    pub(crate) async fn open() -> Self {
        let (sender, items) = mpsc::unbounded_channel();
        let connection = zbus::connection::Builder::session()
            .name("org.kde.StatusNotifierWatcher")
            .serve_at("/StatusNotifierWatcher", Watcher(sender))
            .build()
            .await
            .unwrap();
        Self { connection, items }
    }

    /// The next icon that comes.
    pub(crate) async fn item(&mut self) -> Item {
        let come = tokio::time::timeout(PATIENCE, self.items.recv()).await;
        let (bus, path) = come.expect("an icon in the tray").unwrap();
        let connection = self.connection.clone();
        let menu = property(&connection, &bus, &path, "Menu").await;
        let item = Item {
            connection,
            bus,
            path,
            menu: text(&menu),
        };
        // It registers a moment before its menu is there.
        let there = async {
            while item
                .try_call("GetLayout", &(0_i32, 0_i32, Vec::<String>::new()))
                .await
                .is_err()
            {
                tokio::time::sleep(BETWEEN).await;
            }
        };
        tokio::time::timeout(PATIENCE, there).await.expect("a menu");
        item
    }
}

impl Item {
    /// The picture that it shows now, as its file holds it.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        let file = property(&self.connection, &self.bus, &self.path, "IconName").await;
        std::fs::read(text(&file)).unwrap()
    }

    /// Its menu, from the top.
    pub(crate) async fn menu(&self) -> Vec<Row> {
        let names: Vec<String> = Vec::new();
        let reply = self.call("GetLayout", &(0_i32, -1_i32, names)).await;
        let (_, (_, _, rows)): (u32, Layout) = reply.body().deserialize().unwrap();
        rows.iter().map(|row| read(row)).collect()
    }

    /// Its texts, with those of this row's own menu where one is named.
    pub(crate) async fn texts(&self, below: Option<&str>) -> Vec<String> {
        let rows = self.menu().await;
        let rows = match below {
            None => rows,
            Some(title) => find(&rows, title).expect(title).rows.clone(),
        };
        rows.into_iter().map(|row| row.text).collect()
    }

    /// Waits for a row whose text begins so.
    pub(crate) async fn row(&self, beginning: &str) -> Row {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let rows = self.menu().await;
            if let Some(row) = find(&rows, beginning) {
                return row.clone();
            }
            assert!(Instant::now() < deadline, "no {beginning:?} in {rows:#?}");
            tokio::time::sleep(BETWEEN).await;
        }
    }

    /// Clicks a row whose text begins so, whether it can be clicked or not.
    pub(crate) async fn click(&self, beginning: &str) {
        let id = self.row(beginning).await.id;
        let nothing = Variant::from(0_i32);
        self.call("Event", &(id, "clicked", nothing, 0_u32)).await;
    }

    async fn call<B>(&self, method: &str, body: &B) -> zbus::Message
    where
        B: serde::Serialize + zbus::Type + Sync,
    {
        self.try_call(method, body).await.unwrap()
    }

    async fn try_call<B>(&self, method: &str, body: &B) -> zbus::Result<zbus::Message>
    where
        B: serde::Serialize + zbus::Type + Sync,
    {
        let (bus, menu) = (self.bus.as_str(), self.menu.as_str());
        let called = self
            .connection
            .call_method(Some(bus), menu, Some(MENU), method, body);
        called.await
    }
}

async fn property(connection: &Connection, bus: &str, path: &str, name: &str) -> OwnedVariant {
    let properties = Some("org.freedesktop.DBus.Properties");
    let asked = (ITEM, name);
    let called = connection.call_method(Some(bus), path, properties, "Get", &asked);
    called.await.unwrap().body().deserialize().unwrap()
}

fn text(value: &Variant<'_>) -> String {
    match value {
        Variant::Str(text) => text.to_string(),
        Variant::ObjectPath(path) => path.to_string(),
        other => panic!("{other:?} is no text"),
    }
}

/// `(ia{sv}av)`: id, properties, rows below.
fn read(value: &Variant<'_>) -> Row {
    let row = match value {
        Variant::Variant(inner) => return read(inner),
        Variant::Structure(row) => row,
        other => panic!("{other:?} is no row"),
    };
    let [
        Variant::I32(id),
        Variant::Dict(properties),
        Variant::Array(rows),
    ] = row.fields()
    else {
        panic!("{row:?} is no row");
    };
    let properties: HashMap<String, &Variant<'_>> = properties
        .iter()
        .map(|(name, value)| (text(name), plain(value)))
        .collect();
    let toggles = properties.contains_key("toggle-type");
    Row {
        id: *id,
        // An underscore marks a key; two are one.
        text: properties
            .get("label")
            .map_or_else(String::new, |label| text(label).replace("__", "_")),
        enabled: !matches!(properties.get("enabled"), Some(Variant::Bool(false))),
        checked: toggles.then(|| matches!(properties.get("toggle-state"), Some(Variant::I32(1)))),
        rows: rows.inner().iter().map(read).collect(),
    }
}

fn plain<'a, 'b>(value: &'a Variant<'b>) -> &'a Variant<'b> {
    match value {
        Variant::Variant(inner) => plain(inner),
        other => other,
    }
}

fn find<'a>(rows: &'a [Row], beginning: &str) -> Option<&'a Row> {
    rows.iter()
        .find_map(|row| match row.text.starts_with(beginning) {
            true => Some(row),
            false => find(&row.rows, beginning),
        })
}
