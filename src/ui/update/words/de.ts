// The customer's screen in German.
import type { WordKey } from './en.ts';

export const de: Readonly<Record<WordKey, string>> = {
	'page.title': 'Geräte-Update',
	'page.language': 'Sprache',
	'page.engineer': 'Für Entwickler',
	'page.offline': 'Funktioniert ohne Internet',
	'page.starting': 'Wird für den Betrieb ohne Internet gespeichert …',
	'page.local': 'Nichts verlässt diesen Computer.',
	'page.brand-trouble':
		'Die Marken-Datei dieser Seite enthält einen Fehler. Die Seite arbeitet ohne sie.',

	'nothing.title': 'Ihr Gerät aktualisieren',
	'nothing.lead': 'Öffnen Sie die Update-Datei, die Sie vom Hersteller Ihres Geräts haben.',
	'nothing.open': 'Update-Datei wählen',
	'nothing.drop': 'Oder ziehen Sie die Datei auf diese Seite.',
	'nothing.drop-here': 'Update öffnen',
	'nothing.link': 'Ein Update liegt bereit bei {host}.',
	'nothing.fetch': 'Von {host} holen',
	'nothing.blocked-title': 'Diese Seite darf Ihre Geräte nicht benutzen',
	'nothing.blocked':
		'Sie wird innerhalb einer anderen Seite gezeigt, die das nicht erlaubt. Öffnen Sie sie in einem eigenen Tab.',
	'nothing.open-tab': 'In eigenem Tab öffnen',
	'nothing.insecure':
		'Sie wurde über eine unsichere Verbindung geöffnet. Öffnen Sie die Seite mit https.',
	'nothing.browser':
		'Dieser Browser kann nicht mit Geräten sprechen. Öffnen Sie diese Seite in Chrome oder Edge, am Computer oder auf einem Android-Telefon.',
	'earlier.unfinished': 'Das Update von {product} auf Version {version} wurde unterbrochen.',
	'earlier.title': 'Von hier aus installiert',
	'earlier.back': 'Zurück zu Version {previous}',
	'earlier.before': 'davor',
	'opening.title': 'Das Update wird geprüft …',
	'opening.lead': 'Ob es vollständig und unverändert ist, und von wem es kommt.',
	'opening.fetching': 'Das Update wird geholt …',

	'kept.named': '{product} {version}',
	'kept.files': 'Updates auf diesem Computer',
	'kept.facts': 'Von {maker}, aufbewahrt seit {when}, {size}',
	'kept.open': 'Öffnen',
	'kept.save': 'Kopie speichern',
	'kept.remove': 'Entfernen',
	'kept.remove-sure': 'Ja, entfernen',
	'kept.room': '{used} von {quota} belegt.',
	'kept.made-way': 'Um Platz zu schaffen, wurden entfernt: {names}.',
	'kept.news': 'Neue Versionen vom Hersteller',
	'kept.here': 'Auf diesem Computer vorhanden',
	'kept.get': 'Holen',
	'kept.checked': 'Gefragt am {when}.',
	'kept.unsure':
		'Was sich dieser Computer über frühere Listen gemerkt hat, ist beschädigt: ob diese veraltet ist, lässt sich nicht sagen.',
	'kept.never': 'Noch nicht gefragt. Der Hersteller wird nur gefragt, wenn Sie hier drücken.',
	'kept.ask': 'Beim Hersteller nach neuen Versionen fragen',
	'kept.asking': 'Es wird gefragt …',

	'refused.title': 'Dieses Update kann nicht verwendet werden',
	'unfit.title': 'Auf diesem Gerät wird das Update nicht installiert',
	untouched: 'An Ihrem Gerät wurde nichts geändert.',
	'failed.title': 'Das Update wurde nicht fertig',
	'failed.back-title': 'Der Weg zurück wurde nicht fertig',
	'failed.old': 'Ihr Gerät hat noch die Version von vorher.',
	'failed.new': 'Ihr Gerät hat die neue Version.',
	'failed.neither':
		'Ihr Gerät kann im Moment nicht starten. Von hier aus wird es wieder in Ordnung gebracht.',
	'action.again': 'Noch einmal versuchen',
	'action.whole': 'Vollständiges Update holen',
	'action.cancel': 'Abbrechen',
	'action.connect': 'Gerät noch einmal verbinden',
	'action.continue': 'Update fortsetzen',
	'action.back': 'Zurück zur vorigen Version',
	'action.choose-file': 'Andere Update-Datei wählen',
	'action.support': 'Hilfe von {maker}',
	'action.details': 'Angaben für den Support speichern',
	'action.details-why':
		'Eine Datei für den Support des Herstellers. Gesendet wird sie nur, wenn Sie das tun.',
	'action.start-over': 'Von vorn beginnen',

	'unknown.title': 'Vertrauen Sie {maker}?',
	'unknown.lead':
		'Dieses Update nennt {maker} als Hersteller. Auf diesem Computer ist es das erste von dort, deshalb hat noch niemand geprüft, ob das stimmt.',
	'unknown.compare':
		'Vergleichen Sie diese Nummer mit der auf der Seite des Herstellers, im Handbuch oder auf der Verpackung:',
	'unknown.accept': 'Sie stimmt überein: {maker} vertrauen',
	'unknown.decline': 'Sie ist anders, oder ich weiß es nicht',
	'unknown.number': 'Nummer des Herstellerschlüssels',

	'offer.version': 'Version {version}',
	'offer.from': 'von {maker}',
	'offer.brand': 'Geprüft: Dieses Update ist von {maker} und unverändert.',
	'offer.accepted': 'Geprüft: unverändert und von {maker}; dem Hersteller vertrauen Sie.',
	'offer.news': 'Was ist neu',
	'offer.start': 'Beginnen',
	'offer.lead':
		'Verbinden Sie zuerst Ihr Gerät „{product}“ mit diesem Computer. Geändert wird noch nichts.',
	'offer.other-file': 'Ein anderes Update',
	'offer.no-way':
		'Ihr Gerät „{product}“ ist von diesem Browser aus nicht erreichbar. Öffnen Sie diese Seite am Computer in Chrome oder Edge.',

	'waiting.title': '{product} verbinden',
	'waiting.live': 'Warten auf {product} …',
	'waiting.dfu-step-1': 'Verbinden Sie {product} über das USB-Kabel mit diesem Computer.',
	'waiting.dfu-step-2': 'Schalten Sie das Gerät in den Update-Modus, wie im Handbuch gezeigt.',
	'waiting.uart-step-1': 'Verbinden Sie {product} über das serielle Kabel mit diesem Computer.',
	'waiting.uart-step-2': 'Schalten Sie das Gerät in den Update-Modus, wie im Handbuch gezeigt.',
	'waiting.choose': 'Gerät auswählen',
	'waiting.choose-why':
		'Beim ersten Mal fragt Ihr Browser, welches Gerät diese Seite benutzen darf. Er zeigt eine Liste:',
	'waiting.dfu-name':
		'Wählen Sie „{name}“ oder „{other}“ und drücken Sie „Verbinden“. Ist die Liste leer, gehen Sie die Schritte oben noch einmal durch.',
	'waiting.uart-name':
		'Wählen Sie den Eintrag des Kabels, oft „USB Serial“, „CP210x“ oder „CH340“, und drücken Sie „Verbinden“.',
	'waiting.stop': 'Nicht jetzt',
	'waiting.dfu-way': 'Mit dem USB-Kabel',
	'waiting.uart-way': 'Mit dem seriellen Kabel',
	'waiting.other-way': 'Ein anderes Kabel?',
	'waiting.step': 'Schritt {number}',

	'fetching.lead':
		'Es kommt vollständig von {host}. Lassen Sie das Gerät verbunden; es wird nichts daran geändert.',
	'examining.title': '{product} wird geprüft …',
	'examining.lead':
		'Welche Version das Gerät hat und ob dieses Update passt. Geändert wird nichts.',

	'ask.title': 'Haben Sie dieses Gerät angeschlossen?',
	'ask.lead':
		'Das angeschlossene Gerät könnte „{product}“ sein, nennt aber seinen Namen nicht. Mit dem Update eines anderen Geräts würde es nicht mehr funktionieren.',
	'ask.yes': 'Ja, das ist mein Gerät',
	'ask.no': 'Nein, oder ich bin nicht sicher',
	'device.title': 'Ist es genau dasselbe Gerät?',
	'device.begun':
		'Am {when} wurde auf diesem Computer ein Update eines Geräts ({product}) begonnen und nicht beendet. Dieses Gerät sagt nicht, ob es jenes ist.',
	'device.kept':
		'Die frühere Version stammt von einem bestimmten Gerät ({product}), das am {when} auf diesem Computer aktualisiert wurde. Dieses Gerät sagt nicht, ob es jenes ist.',
	'device.unsure':
		'Wenn Sie nicht sicher sind, antworten Sie mit Nein: Einstellungen eines Geräts sollen nicht auf ein anderes geschrieben werden.',
	'device.yes': 'Ja, es ist dasselbe',
	'device.no': 'Nein, oder ich bin nicht sicher',

	'ready.title': '{product} ist bereit für das Update',
	'ready.same-title': '{product} hat diese Version schon',
	'ready.now': 'Jetzt',
	'ready.new': 'Neu',
	'ready.now-unknown': 'nicht bekannt',
	'ready.about': 'Dauert etwa {time}.',
	'ready.update': 'Jetzt aktualisieren',
	'ready.same': 'Es ist nichts zu tun.',
	'ready.install-again': 'Noch einmal installieren',
	'ready.old-until-proven':
		'Fällt der Strom aus, arbeitet Ihr Gerät mit der jetzigen Version weiter.',
	'ready.continue':
		'Lassen Sie es bis zum Schluss angeschlossen. Fällt der Strom trotzdem aus, wird das Update von hier aus fortgesetzt.',
	'ready.kept':
		'Die jetzige Version wird auf diesem Computer aufbewahrt; Sie können zu ihr zurück.',
	'ready.unsure':
		'Was sich dieser Computer gemerkt hat, ist beschädigt: ob {version} eine alte Version ist und ob ein Schlüssel von {maker} zurückgenommen wurde, lässt sich nicht sagen. Machen Sie nur weiter, wenn {version} laut {maker} richtig ist.',
	'ready.read-protected':
		'Die jetzige Version lässt sich nicht kopieren; zurück zu ihr können Sie danach nicht.',
	'ready.no-storage':
		'Dieser Browser speichert nichts; zurück zur jetzigen Version können Sie danach nicht.',

	'updating.title': '{product} wird aktualisiert',
	'updating.back-title': 'Zurück zur vorigen Version',
	'updating.keep': 'Nicht abziehen und nicht ausschalten.',
	'updating.checking': 'Das Gerät wird noch einmal angesehen',
	'updating.saving': 'Die jetzige Version wird aufbewahrt',
	'updating.writing': 'Wird installiert',
	'updating.proving': 'Alles wird zurückgelesen und verglichen',
	'updating.restarting': 'Das Gerät wird gestartet',
	'updating.left': 'noch etwa {time}',
	'updating.progress': 'Fortschritt',

	'done.title': '{product} ist auf dem neuesten Stand',
	'done.back-title': '{product} hat wieder die vorige Version',
	'done.version': 'Version {version}',
	'done.proved': 'Vom Gerät zurückgelesen und verglichen: Alles stimmt.',
	'done.restarted': 'Das Gerät läuft wieder. Sie können es abziehen.',
	'done.restart': 'Ziehen Sie es ab und schalten Sie es einmal aus und ein, damit es startet.',
	'done.finish': 'Fertig',
	'done.another': 'Noch eines aktualisieren',
	'done.back': 'Zurück zur vorigen Version',
	'back.title': 'Zurück zur vorigen Version?',
	'back.lead':
		'Die Version, die Ihr Gerät vorher hatte, wird von der Kopie auf diesem Computer zurückgespielt. Sie können jederzeit wieder aktualisieren.',
	'back.yes': 'Zurück',
	'back.no': 'Diese Version behalten',
};
