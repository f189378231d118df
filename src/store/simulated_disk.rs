//! A disk in memory that stops at any operation and then forgets what was not synced.
//!
//! What comes in: the operations of [`Disk`], counted. What goes out: the same answers as a real disk, until the planned
//! operation: there it crashes, fails or lies. What always holds: after a crash nothing works until [`SimulatedDisk::restart`],
//! which keeps what was synced and, of the rest, what the given [`Loss`] leaves.
//!
//! Content and names are lost independently: a synced file can lose its name, a name can lose its content, as a file system
//! without ordered writes would do (harsher than ext4).

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::path::{Component, Path};
use std::sync::{Arc, Mutex, MutexGuard};

use super::disk::{Disk, DiskFile, DiskLock, EntryKind};

/// What a power cut takes of what was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// Nothing: the process was killed, the machine went on.
    Nothing,
    /// All content.
    Content,
    /// All names.
    Names,
    /// All of both.
    Both,
    /// Some of both, by this seed; content can be torn.
    Random(u64),
}

/// What happens at one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It and all later ones do not happen; of a write, the first half does if `torn`.
    Crash { torn: bool },
    /// It fails; the later ones work again unless `for_ever`.
    Error { kind: io::ErrorKind, for_ever: bool },
    /// A write says it worked and does nothing; other operations work.
    Lie,
}

enum Node {
    File { now: Vec<u8>, durable: Vec<u8> },
    Folder { now: BTreeMap<OsString, usize>, durable: BTreeMap<OsString, usize>, pending: Vec<Change> },
}

#[derive(Clone)]
enum Change {
    Link(OsString, usize),
    Unlink(OsString),
    Rename(OsString, OsString),
}

#[derive(Default)]
struct Machine {
    nodes: Vec<Node>,
    operations: u64,
    fault: Option<(u64, Fault)>,
    crashed: bool,
    locked: bool,
    free: u64,
}

/// The simulated disk; clones are the same disk.
#[derive(Clone)]
pub(super) struct SimulatedDisk(Arc<Mutex<Machine>>);

enum Verdict {
    Work,
    Half,
    Nothing,
}

impl SimulatedDisk {
    pub(super) fn new() -> Self {
        let root = Node::Folder { now: BTreeMap::new(), durable: BTreeMap::new(), pending: Vec::new() };
        Self(Arc::new(Mutex::new(Machine { nodes: vec![root], free: u64::MAX, ..Machine::default() })))
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// An independent copy of the whole disk.
    pub(super) fn copy(&self) -> Self {
        let machine = self.machine();
        let nodes = machine.nodes.iter().map(Node::copy).collect();
        Self(Arc::new(Mutex::new(Machine { nodes, free: machine.free, ..Machine::default() })))
    }

    /// Counts from 0 again and plans a fault at operation `at` (from 1).
    pub(super) fn plan(&self, at: u64, fault: Fault) {
        let mut machine = self.machine();
        machine.operations = 0;
        machine.fault = Some((at, fault));
    }

    /// Operations since the last plan or restart.
    pub(super) fn operations(&self) -> u64 {
        self.machine().operations
    }

    pub(super) fn set_free_space(&self, bytes: u64) {
        self.machine().free = bytes;
    }

    pub(super) fn is_crashed(&self) -> bool {
        self.machine().crashed
    }

    /// Power on again: what was not synced is lost as told, and what is left is durable.
    pub(super) fn restart(&self, loss: Loss) {
        let mut machine = self.machine();
        let mut random = fastrand::Rng::with_seed(if let Loss::Random(seed) = loss { seed } else { 0 });
        for node in &mut machine.nodes {
            node.lose(loss, &mut random);
        }
        machine.crashed = false;
        machine.locked = false;
        machine.fault = None;
        machine.operations = 0;
    }

    /// The bytes of a file as a process sees them.
    pub(super) fn content(&self, path: &Path) -> Option<Vec<u8>> {
        let machine = self.machine();
        match machine.nodes.get(machine.find(path).ok()?)? {
            Node::File { now, .. } => Some(now.clone()),
            Node::Folder { .. } => None,
        }
    }
}

impl Node {
    fn copy(&self) -> Self {
        match self {
            Self::File { now, durable } => Self::File { now: now.clone(), durable: durable.clone() },
            Self::Folder { now, durable, pending } => Self::Folder { now: now.clone(), durable: durable.clone(), pending: pending.clone() },
        }
    }

    fn lose(&mut self, loss: Loss, random: &mut fastrand::Rng) {
        match self {
            Self::File { now, durable } => {
                *now = match loss {
                    Loss::Nothing | Loss::Names => std::mem::take(now),
                    Loss::Content | Loss::Both => durable.clone(),
                    Loss::Random(_) => match random.u8(0..3) {
                        0 => std::mem::take(now),
                        1 => durable.clone(),
                        // Torn, but never inside what was synced and not written since.
                        _ => {
                            let common = now.iter().zip(durable.iter()).take_while(|(left, right)| left == right).count();
                            now[..random.usize(common..=now.len())].to_vec()
                        }
                    },
                };
                durable.clone_from(now);
            }
            Self::Folder { now, durable, pending } => {
                match loss {
                    Loss::Nothing | Loss::Content => durable.clone_from(now),
                    Loss::Names | Loss::Both => {}
                    Loss::Random(_) => {
                        // A journal keeps a beginning; without one any subset may be there.
                        let journal = random.bool();
                        let kept = random.usize(0..=pending.len());
                        for (index, change) in pending.iter().enumerate() {
                            if if journal { index < kept } else { random.bool() } {
                                change.apply(durable);
                            }
                        }
                    }
                }
                now.clone_from(durable);
                pending.clear();
            }
        }
    }
}

impl Change {
    fn apply(&self, names: &mut BTreeMap<OsString, usize>) {
        match self {
            Self::Link(name, id) => drop(names.insert(name.clone(), *id)),
            Self::Unlink(name) => drop(names.remove(name)),
            Self::Rename(from, to) => {
                if let Some(id) = names.remove(from) {
                    names.insert(to.clone(), id);
                }
            }
        }
    }
}

impl Machine {
    fn alive(&self) -> io::Result<()> {
        if self.crashed { Err(io::Error::other("the simulated machine is off")) } else { Ok(()) }
    }

    /// Counts an operation that changes or syncs something, and decides what becomes of it.
    fn operation(&mut self) -> io::Result<Verdict> {
        self.alive()?;
        self.operations += 1;
        match self.fault {
            Some((at, Fault::Crash { torn })) if self.operations == at => {
                self.crashed = true;
                if torn { Ok(Verdict::Half) } else { Err(io::Error::other("the simulated machine went off")) }
            }
            Some((at, Fault::Error { kind, for_ever })) if self.operations == at || (for_ever && self.operations > at) => Err(kind.into()),
            Some((at, Fault::Lie)) if self.operations == at => Ok(Verdict::Nothing),
            _ => Ok(Verdict::Work),
        }
    }

    /// An operation that either happens or does not.
    fn whole_operation(&mut self) -> io::Result<()> {
        match self.operation()? {
            Verdict::Half => Err(io::Error::other("the simulated machine went off")),
            Verdict::Work | Verdict::Nothing => Ok(()),
        }
    }

    fn find(&self, path: &Path) -> io::Result<usize> {
        let mut at = 0;
        for component in path.components() {
            if let Component::Normal(name) = component {
                at = *self.names(at)?.get(name).ok_or(io::ErrorKind::NotFound)?;
            }
        }
        Ok(at)
    }

    fn names(&self, folder: usize) -> io::Result<&BTreeMap<OsString, usize>> {
        match &self.nodes[folder] {
            Node::Folder { now, .. } => Ok(now),
            Node::File { .. } => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    fn parent<'path>(&self, path: &'path Path) -> io::Result<(usize, &'path OsStr)> {
        let folder = self.find(path.parent().ok_or(io::ErrorKind::InvalidInput)?)?;
        self.names(folder)?;
        Ok((folder, path.file_name().ok_or(io::ErrorKind::InvalidInput)?))
    }

    fn change(&mut self, folder: usize, change: Change) {
        if let Node::Folder { now, pending, .. } = &mut self.nodes[folder] {
            change.apply(now);
            pending.push(change);
        }
    }

    fn create(&mut self, path: &Path, node: Node) -> io::Result<usize> {
        let (folder, name) = self.parent(path)?;
        if self.names(folder)?.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.nodes.push(node);
        let id = self.nodes.len() - 1;
        self.change(folder, Change::Link(name.to_owned(), id));
        Ok(id)
    }

    fn rename(&mut self, from: &Path, to: &Path, replace: bool) -> io::Result<()> {
        let (folder, name) = self.parent(from)?;
        let (other, new_name) = self.parent(to)?;
        assert_eq!(folder, other, "the protocol renames within a folder only");
        if !self.names(folder)?.contains_key(name) {
            return Err(io::ErrorKind::NotFound.into());
        }
        if !replace && self.names(folder)?.contains_key(new_name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.change(folder, Change::Rename(name.to_owned(), new_name.to_owned()));
        Ok(())
    }
}

struct OpenFile {
    disk: SimulatedDisk,
    node: usize,
}

impl Write for OpenFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let mut machine = self.disk.machine();
        let verdict = machine.operation()?;
        if let Node::File { now, .. } = &mut machine.nodes[self.node] {
            match verdict {
                Verdict::Work => now.extend_from_slice(buffer),
                Verdict::Half => {
                    now.extend_from_slice(&buffer[..buffer.len() / 2]);
                    return Err(io::Error::other("the simulated machine went off"));
                }
                Verdict::Nothing => {}
            }
        }
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl DiskFile for OpenFile {
    fn sync(&mut self) -> io::Result<()> {
        let mut machine = self.disk.machine();
        let verdict = machine.whole_operation();
        if let Node::File { now, durable } = &mut machine.nodes[self.node] {
            match verdict {
                Ok(()) => durable.clone_from(now),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

struct Lock(SimulatedDisk);

impl DiskLock for Lock {
    fn rewrite(&mut self, _text: &str) -> io::Result<()> {
        self.0.machine().whole_operation()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.0.machine().locked = false;
    }
}

impl Disk for SimulatedDisk {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        let mut machine = self.machine();
        machine.whole_operation()?;
        machine.create(path, Node::Folder { now: BTreeMap::new(), durable: BTreeMap::new(), pending: Vec::new() }).map(drop)
    }

    fn create_file(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let mut machine = self.machine();
        machine.whole_operation()?;
        let node = machine.create(path, Node::File { now: Vec::new(), durable: Vec::new() })?;
        Ok(Box::new(OpenFile { disk: self.clone(), node }))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let machine = self.machine();
        machine.alive()?;
        Ok(Box::new(OpenFile { disk: self.clone(), node: machine.find(path)? }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        self.machine().alive()?;
        self.content(path).map(|bytes| Box::new(io::Cursor::new(bytes)) as Box<dyn Read>).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn kind(&self, path: &Path) -> io::Result<Option<EntryKind>> {
        let machine = self.machine();
        machine.alive()?;
        match machine.find(path) {
            Ok(id) if matches!(machine.nodes[id], Node::File { .. }) => Ok(Some(EntryKind::File)),
            Ok(_) => Ok(Some(EntryKind::Folder)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, EntryKind)>> {
        let machine = self.machine();
        machine.alive()?;
        let kind = |id: &usize| if matches!(machine.nodes[*id], Node::File { .. }) { EntryKind::File } else { EntryKind::Folder };
        Ok(machine.names(machine.find(path)?)?.iter().map(|(name, id)| (name.clone(), kind(id))).collect())
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        let mut machine = self.machine();
        machine.whole_operation()?;
        let id = machine.find(path)?;
        if let Node::File { now, .. } = &mut machine.nodes[id] {
            now.truncate(length as usize);
        }
        Ok(())
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        let mut machine = self.machine();
        machine.whole_operation()?;
        let id = machine.find(path)?;
        if let Node::Folder { now, durable, pending } = &mut machine.nodes[id] {
            durable.clone_from(now);
            pending.clear();
        }
        Ok(())
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut machine = self.machine();
        machine.whole_operation()?;
        machine.rename(from, to, false)
    }

    fn rename_over(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut machine = self.machine();
        machine.whole_operation()?;
        machine.rename(from, to, true)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        let mut machine = self.machine();
        machine.whole_operation()?;
        let (folder, name) = machine.parent(path)?;
        machine.find(path)?;
        machine.change(folder, Change::Unlink(name.to_owned()));
        Ok(())
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        let mut machine = self.machine();
        machine.whole_operation()?;
        let id = machine.find(path)?;
        if !machine.names(id)?.is_empty() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        let (folder, name) = machine.parent(path)?;
        machine.change(folder, Change::Unlink(name.to_owned()));
        Ok(())
    }

    fn free_space(&self, _path: &Path) -> io::Result<u64> {
        self.machine().alive()?;
        Ok(self.machine().free)
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn DiskLock>>> {
        let mut machine = self.machine();
        machine.whole_operation()?;
        if machine.find(path).is_err() {
            machine.create(path, Node::File { now: Vec::new(), durable: Vec::new() })?;
        }
        if machine.locked {
            return Ok(None);
        }
        machine.locked = true;
        Ok(Some(Box::new(Lock(self.clone()))))
    }
}
