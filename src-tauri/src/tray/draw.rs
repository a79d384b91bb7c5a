//! The menu, drawn by the system.
//!
//! Rows that stay are changed in place; only rows that come or go are put in or taken out, one by one. The menu itself is
//! never replaced, so that one that is open stays open.

use std::collections::HashMap;

use tauri::menu::{
    CheckMenuItem, IsMenuItem, Menu as Native, MenuItem, PredefinedMenuItem, Submenu,
};
use tauri::tray::TrayIcon;
use tauri::{AppHandle, Wry};

use super::icon::Icon;
use super::menu::{Item, Menu, Row};

/// What the system draws now.
pub(crate) struct Drawn {
    icon: TrayIcon,
    menu: Native<Wry>,
    rows: Vec<Piece>,
    shown: Menu,
    on_dark: bool,
}

/// A row as the system has it.
enum Piece {
    Line(&'static str, PredefinedMenuItem<Wry>),
    Item(String, MenuItem<Wry>),
    Check(String, CheckMenuItem<Wry>),
    Sub(String, Submenu<Wry>, Vec<Piece>),
}

/// What rows can be put into.
enum Place<'a> {
    Menu(&'a Native<Wry>),
    Sub(&'a Submenu<Wry>),
}

impl Drawn {
    /// Draws a menu below a new icon. Runs on the main thread, as everything here.
    ///
    /// # Errors
    /// The system does not draw it.
    pub(crate) fn new(app: &AppHandle, shown: Menu, on_dark: bool) -> tauri::Result<Self> {
        let menu = Native::new(app)?;
        let mut rows = Vec::new();
        follow(app, &Place::Menu(&menu), &mut rows, &shown.rows)?;
        let icon = tauri::tray::TrayIconBuilder::with_id("millpond")
            .icon(shown.icon.image(on_dark))
            .icon_as_template(true)
            .tooltip("Millpond")
            .menu(&menu)
            .on_menu_event(|app, event| super::clicked(app, event.id().as_ref()))
            .build(app)?;
        Ok(Self {
            icon,
            menu,
            rows,
            shown,
            on_dark,
        })
    }

    /// What is drawn.
    pub(crate) fn shown(&self) -> &Menu {
        &self.shown
    }

    /// Draws what has changed.
    ///
    /// # Errors
    /// The system does not draw it.
    pub(crate) fn change(&mut self, app: &AppHandle, menu: Menu) -> tauri::Result<()> {
        if menu.icon != self.shown.icon {
            self.draw_icon(menu.icon)?;
        }
        // The system sets a check mark by itself at a click, whatever comes of it.
        if menu.rows != self.shown.rows || self.rows.iter().any(Piece::can_be_checked) {
            follow(app, &Place::Menu(&self.menu), &mut self.rows, &menu.rows)?;
        }
        self.shown = menu;
        Ok(())
    }

    fn draw_icon(&self, icon: Icon) -> tauri::Result<()> {
        self.icon
            .set_icon_with_as_template(Some(icon.image(self.on_dark)), true)
    }
}

/// Makes the pieces what the rows say.
fn follow(
    app: &AppHandle,
    place: &Place<'_>,
    pieces: &mut Vec<Piece>,
    rows: &[Row],
) -> tauri::Result<()> {
    let wanted: HashMap<&str, ()> = rows.iter().map(|row| (row.key(), ())).collect();
    for at in (0..pieces.len()).rev() {
        if !wanted.contains_key(pieces[at].key()) {
            place.remove(pieces.remove(at).native())?;
        }
    }
    for (at, row) in rows.iter().enumerate() {
        match pieces.get_mut(at) {
            Some(piece) if piece.key() == row.key() => piece.change(app, row)?,
            // Rows never change their order: what is not here is new.
            _ => {
                let piece = Piece::new(app, row)?;
                place.insert(piece.native(), at)?;
                pieces.insert(at, piece);
            }
        }
    }
    Ok(())
}

impl Piece {
    fn new(app: &AppHandle, row: &Row) -> tauri::Result<Self> {
        let key = row.key().to_owned();
        Ok(match row {
            Row::Line(key) => Self::Line(key, PredefinedMenuItem::separator(app)?),
            Row::Item(item) => {
                let (text, enabled) = (plain(&item.text), item.action.is_some());
                match item.checked {
                    Some(on) => {
                        let native =
                            CheckMenuItem::with_id(app, &key, text, enabled, on, None::<&str>)?;
                        Self::Check(key, native)
                    }
                    None => {
                        let native = MenuItem::with_id(app, &key, text, enabled, None::<&str>)?;
                        Self::Item(key, native)
                    }
                }
            }
            Row::Sub(item, rows) => {
                let native = Submenu::with_id(app, &key, plain(&item.text), true)?;
                let mut pieces = Vec::new();
                follow(app, &Place::Sub(&native), &mut pieces, rows)?;
                Self::Sub(key, native, pieces)
            }
        })
    }

    fn key(&self) -> &str {
        match self {
            Self::Line(key, _) => key,
            Self::Item(key, _) | Self::Check(key, _) | Self::Sub(key, _, _) => key,
        }
    }

    const fn can_be_checked(&self) -> bool {
        matches!(self, Self::Check(..))
    }

    fn native(&self) -> &dyn IsMenuItem<Wry> {
        match self {
            Self::Line(_, native) => native,
            Self::Item(_, native) => native,
            Self::Check(_, native) => native,
            Self::Sub(_, native, _) => native,
        }
    }

    fn change(&mut self, app: &AppHandle, row: &Row) -> tauri::Result<()> {
        match (self, row) {
            (Self::Item(_, native), Row::Item(item)) => {
                text(item, native.text()?, |text| native.set_text(text))?;
                enabled(item, native.is_enabled()?, |on| native.set_enabled(on))
            }
            (Self::Check(_, native), Row::Item(item)) => {
                text(item, native.text()?, |text| native.set_text(text))?;
                enabled(item, native.is_enabled()?, |on| native.set_enabled(on))?;
                let checked = item.checked.unwrap_or_default();
                if native.is_checked()? == checked {
                    return Ok(());
                }
                native.set_checked(checked)
            }
            (Self::Sub(_, native, pieces), Row::Sub(item, rows)) => {
                text(item, native.text()?, |text| native.set_text(text))?;
                follow(app, &Place::Sub(native), pieces, rows)
            }
            // A key names one kind of row.
            _ => Ok(()),
        }
    }
}

impl Place<'_> {
    fn insert(&self, item: &dyn IsMenuItem<Wry>, at: usize) -> tauri::Result<()> {
        match self {
            Self::Menu(menu) => menu.insert(item, at),
            Self::Sub(menu) => menu.insert(item, at),
        }
    }

    fn remove(&self, item: &dyn IsMenuItem<Wry>) -> tauri::Result<()> {
        match self {
            Self::Menu(menu) => menu.remove(item),
            Self::Sub(menu) => menu.remove(item),
        }
    }
}

fn text(
    item: &Item,
    present: String,
    set: impl FnOnce(String) -> tauri::Result<()>,
) -> tauri::Result<()> {
    let wanted = plain(&item.text);
    if wanted == present {
        Ok(())
    } else {
        set(wanted)
    }
}

fn enabled(
    item: &Item,
    present: bool,
    set: impl FnOnce(bool) -> tauri::Result<()>,
) -> tauri::Result<()> {
    let wanted = item.action.is_some();
    if wanted == present {
        Ok(())
    } else {
        set(wanted)
    }
}

/// An ampersand would mark a key.
fn plain(text: &str) -> String {
    text.replace('&', "&&")
}
