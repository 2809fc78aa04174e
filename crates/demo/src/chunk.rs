//! A chunk of people with all that happened to them: the unit of work, made from its own streams of chance.

use crate::dirt::{self, Recorded};
use crate::names;
use crate::outpatients::{Appointment, Came, World};
use crate::people::{Person, people};
use crate::place::Place;
use crate::random::{Purpose, Stream};
use crate::tables::patients::{self, EMERGENCY, HOSPITAL, Record};
use crate::tallies::Tallies;

/// People of a full chunk: about a hundred thousand appointments, a row group.
pub const PEOPLE: u64 = 8192;

/// All that is known of some people.
pub struct Chunk<'a> {
    world: &'a World,
    seed: u64,
    number: u64,
    /// The people.
    pub people: Vec<Person>,
    /// What the outpatient system records about each.
    pub records: Vec<Recorded>,
    /// Their appointments.
    pub appointments: Vec<Appointment>,
    /// The hospital's register.
    pub hospital: Vec<Record>,
    /// The emergency department's register.
    pub emergency: Vec<Record>,
    /// Sums of the truth.
    pub tallies: Tallies,
}

impl<'a> Chunk<'a> {
    /// Makes chunk `number` of a trust of `people` people.
    pub fn make(world: &'a World, seed: u64, number: u64, all_people: u64) -> Self {
        let first = number * PEOPLE;
        let count = usize::try_from((all_people - first).min(PEOPLE)).unwrap_or(0);
        let flat = !world.planted.gradients;
        let people = people(&world.place, first, count, &mut Stream::new(seed, Purpose::People, number));
        let mut stream = Stream::new(seed, Purpose::Records, number);
        let records: Vec<Recorded> =
            people.iter().map(|person| dirt::record(&world.place, person, flat, &mut stream)).collect();
        let of = |habits, stream: &mut Stream| {
            let each = people.iter().flat_map(|person| {
                let household = number << 16 | u64::from(person.household);
                patients::records(person, household, habits, flat, stream)
            });
            each.collect::<Vec<_>>()
        };
        let (hospital, emergency) = (of(&HOSPITAL, &mut stream), of(&EMERGENCY, &mut stream));
        let mut came = Came::new(Stream::new(seed, Purpose::Outpatients, number), count);
        for (position, (person, recorded)) in (0..).zip(people.iter().zip(&records)) {
            world.appointments(person, recorded, position, &mut came);
        }
        let Came { rows: appointments, tallies, .. } = came;
        Self { world, seed, number, people, records, appointments, hospital, emergency, tallies }
    }

    /// Seed of the trust.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The chunk's own number.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Where the people live.
    pub fn place(&self) -> &Place {
        &self.world.place
    }

    /// Nothing is planted, not even what is published: everybody is treated alike.
    pub fn flat(&self) -> bool {
        !self.world.planted.gradients
    }

    /// Deprivation fifth of where somebody lives.
    pub fn fifth(&self, person: &Person) -> u8 {
        self.world.place.areas[usize::from(person.area)].fifth
    }

    /// The number of an appointment in the whole trust.
    pub fn ident(&self, appointment: u32) -> i64 {
        i64::try_from(self.number << 20).unwrap_or(0) + i64::from(appointment)
    }

    /// A person's pseudonym.
    pub fn pseudonym(&self, person: &Person) -> String {
        names::pseudonym(self.seed, person.number)
    }
}
