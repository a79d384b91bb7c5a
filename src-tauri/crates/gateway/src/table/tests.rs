//! What requests read, made of settings and entries, and made anew.

use account::{SecretsMode, Vault};
use pool::{Gate, Verdict, Want};
use provider::models::Model;

use super::*;
use crate::roster::SecretField;
use crate::talk::{Lesson, Talk};

const fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn entry(number: u128, kind: ProviderType, key: &str) -> Entry {
    Entry {
        secret: SecretField::Plain(Secret::new(key.to_owned())),
        ..Entry::new(id(number), kind)
    }
}

struct Shop {
    home: tempfile::TempDir,
    hops: Hops,
}

impl Shop {
    fn open() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            hops: Hops::default(),
        }
    }

    async fn table(&self, settings: Settings, entries: &[Entry], before: Option<&Table>) -> Table {
        let vault = Vault::open(self.home.path(), SecretsMode::File)
            .await
            .unwrap();
        let parts = Parts {
            vault: &vault,
            hops: &self.hops,
            logins: &Logins::new(self.home.path().to_owned(), vault.clone()),
            local_key: Secret::new("mp-x".to_owned()),
            before,
        };
        Table::build(settings, entries, parts).await
    }
}

fn gate(table: &Table, number: u128) -> Gate {
    let (bench, _) = table.seat(id(number)).unwrap();
    let seen = bench.pool.snapshot().into_iter();
    seen.into_iter()
        .find(|one| one.id == id(number))
        .unwrap()
        .gate
}

#[tokio::test]
async fn a_table_has_a_bench_for_each_pool_with_entries_and_seats_in_file_order() {
    let shop = Shop::open();
    let entries = [
        entry(2, ProviderType::OpenaiCustom, "sk-b"),
        entry(3, ProviderType::GeminiCustom, "sk-c"),
        entry(1, ProviderType::OpenaiCustom, "sk-a"),
    ];
    let table = shop.table(Settings::default(), &entries, None).await;
    let kinds: Vec<ProviderType> = table.benches().iter().map(|bench| bench.kind).collect();
    assert_eq!(
        kinds,
        [ProviderType::OpenaiCustom, ProviderType::GeminiCustom]
    );
    let openai = table.bench(ProviderType::OpenaiCustom).unwrap();
    let order: Vec<Uuid> = openai.seats.iter().map(|seat| seat.uuid).collect();
    assert_eq!(order, [id(2), id(1)]);
    assert!(table.bench(ProviderType::ClaudeCustom).is_none());
    assert_eq!(table.seats().count(), 3);
    assert!(table.seat(id(9)).is_none());
}

#[tokio::test]
async fn what_is_wrong_with_an_entry_is_its_state_and_the_others_serve() {
    let shop = Shop::open();
    let mut keyless = entry(1, ProviderType::OpenaiCustom, "");
    keyless.secret = SecretField::Missing;
    let mut lost = entry(2, ProviderType::OpenaiCustom, "");
    lost.secret = SecretField::Vaulted("nothing".to_owned());
    let mut odd = entry(3, ProviderType::OpenaiCustom, "sk-x");
    odd.base_url = Some("ftp://upstream".to_owned());
    let good = entry(4, ProviderType::OpenaiCustom, "sk-y");
    let entries = [keyless, lost, odd, good];
    let table = shop.table(Settings::default(), &entries, None).await;
    for (number, words) in [(1, "no key"), (2, "vault"), (3, "ftp")] {
        let Gate::NeedsLogin { reason, .. } = gate(&table, number) else {
            panic!("{number}: {:?}", gate(&table, number));
        };
        assert!(reason.contains(words), "{number}: {reason}");
        let (_, seat) = table.seat(id(number)).unwrap();
        assert!(seat.upstream.is_none());
    }
    assert_eq!(gate(&table, 4), Gate::Ready);
}

#[tokio::test]
async fn d3_what_was_learned_and_counted_goes_on_while_the_account_is_the_same() {
    let shop = Shop::open();
    let mut entries = [entry(1, ProviderType::OpenaiCustom, "sk-a")];
    let before = shop.table(Settings::default(), &entries, None).await;
    let (bench, seat) = before.seat(id(1)).unwrap();
    seat.tally.count_uses(7);
    seat.talks.learn(Lesson::Upstream(Talk::Chat), "m");
    let model = Model {
        id: "m".to_owned(),
        ..Model::default()
    };
    seat.learn(Arc::new(vec![model]));
    let reason = Arc::from("key refused");
    bench
        .pool
        .report(id(1), None, Verdict::NeedsLogin { reason });

    entries[0].custom_name = Some("work".to_owned());
    let renamed = shop
        .table(Settings::default(), &entries, Some(&before))
        .await;
    let (bench, seat) = renamed.seat(id(1)).unwrap();
    assert_eq!(
        (seat.name.as_str(), seat.knows("m"), seat.talks.of("m")),
        ("work", true, Talk::Chat)
    );
    assert_eq!(seat.tally.state(true).usage_count, 7);
    assert!(matches!(gate(&renamed, 1), Gate::NeedsLogin { .. }));
    let upstream = |table: &Table| table.seat(id(1)).unwrap().1.upstream.clone().unwrap();
    assert!(Arc::ptr_eq(
        &bench.pool,
        &before.bench(ProviderType::OpenaiCustom).unwrap().pool
    ));

    entries[0].secret = SecretField::Plain(Secret::new("sk-other".to_owned()));
    let other = shop
        .table(Settings::default(), &entries, Some(&renamed))
        .await;
    let (_, seat) = other.seat(id(1)).unwrap();
    assert_eq!((seat.knows("m"), seat.talks.of("m")), (false, Talk::Either));
    assert_eq!(seat.tally.state(true).usage_count, 7);
    assert_eq!(gate(&other, 1), Gate::Ready, "a new key is asked again");
    assert!(!Arc::ptr_eq(&upstream(&other), &upstream(&renamed)));
}

#[tokio::test]
async fn an_upstream_that_has_not_changed_is_the_same_one() {
    let shop = Shop::open();
    let entries = [entry(1, ProviderType::OpenaiCustom, "sk-a")];
    let before = shop.table(Settings::default(), &entries, None).await;
    let after = shop
        .table(Settings::default(), &entries, Some(&before))
        .await;
    let upstream = |table: &Table| table.seat(id(1)).unwrap().1.upstream.clone().unwrap();
    assert!(Arc::ptr_eq(&upstream(&before), &upstream(&after)));
    let mut settings = Settings::default();
    settings.connect_timeout *= 2;
    let slower = shop.table(settings, &entries, Some(&after)).await;
    assert!(!Arc::ptr_eq(&upstream(&slower), &upstream(&after)));
}

#[tokio::test]
async fn an_instance_that_leaves_ends_and_one_that_is_switched_off_is_not_asked() {
    let shop = Shop::open();
    let mut entries = vec![
        entry(1, ProviderType::OpenaiCustom, "sk-a"),
        entry(2, ProviderType::OpenaiCustom, "sk-b"),
    ];
    let before = shop.table(Settings::default(), &entries, None).await;
    entries.remove(0);
    entries[0].disabled = true;
    let after = shop
        .table(Settings::default(), &entries, Some(&before))
        .await;
    assert!(after.seat(id(1)).is_none());
    assert_eq!(gate(&after, 2), Gate::Disabled);
    let bench = after.bench(ProviderType::OpenaiCustom).unwrap();
    assert!(bench.pool.attempts(Want::default()).next().is_none());
}

#[tokio::test]
async fn the_first_alias_that_means_a_model_counts() {
    let shop = Shop::open();
    let mut settings = Settings::default();
    let target = |model: &str| ModelTarget {
        provider: None,
        model: model.to_owned(),
    };
    settings.model_aliases = vec![
        ("fast".to_owned(), target("one")),
        ("f*".to_owned(), target("two")),
    ];
    let table = shop.table(settings, &[], None).await;
    let means = |model: &str| table.alias(model).map(|target| target.model.as_str());
    assert_eq!(means("fast"), Some("one"));
    assert_eq!(means("faster"), Some("two"));
    assert_eq!(means("slow"), None);
    assert_eq!(table.alias_names().collect::<Vec<_>>(), ["fast"]);
}
