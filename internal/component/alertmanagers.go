package component

import "fmt"

// AlertmanagerName is the name of the number-th Alertmanager of a stack, from 1.
func AlertmanagerName(number int) string {
	if number == 1 {
		return Alertmanager
	}
	return fmt.Sprintf("%s-%d", Alertmanager, number)
}

// Alertmanagers are the addresses of the stack's Alertmanagers, in order. Who
// has alerts sends them to all: they agree among each other who notifies.
func (in Input) Alertmanagers() []string {
	var all []string
	for number := 1; ; number++ {
		address := in.Addresses[AlertmanagerName(number)]
		if address == "" {
			return all
		}
		all = append(all, address)
	}
}
